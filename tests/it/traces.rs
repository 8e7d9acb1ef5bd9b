//! Traces that an OpenTelemetry collector gets.

use crate::secrecy::{SETTINGS, assert_holds_none, walk};
use crate::support::Program;
use actix_web::web::{Bytes, Data, PayloadConfig, post};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use opentelemetry_proto::tonic::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::trace::v1::Span;
use prost::Message;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, Mutex};

type Bodies = Arc<Mutex<Vec<(String, Vec<u8>)>>>;

/// A collector on loopback that keeps what it is sent.
async fn collector() -> (String, Bodies, actix_web::dev::ServerHandle) {
    let bodies = Bodies::default();
    let kept = Data::new(bodies.clone());
    let take = |request: HttpRequest, body: Bytes, kept: Data<Bodies>| async move {
        let kind = request
            .headers()
            .get("content-type")
            .unwrap()
            .to_str()
            .unwrap()
            .to_owned();
        kept.lock().unwrap().push((kind, body.to_vec()));
        HttpResponse::Ok()
            .content_type("application/x-protobuf")
            .body(ExportTraceServiceResponse::default().encode_to_vec())
    };
    let server = HttpServer::new(move || {
        App::new()
            .app_data(kept.clone())
            .app_data(PayloadConfig::new(16 * 1024 * 1024))
            .route("/v1/traces", post().to(take))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", server.addrs()[0]);
    let server = server.run();
    let handle = server.handle();
    actix_web::rt::spawn(server);
    (url, bodies, handle)
}

fn attributes(all: &[KeyValue]) -> HashMap<String, String> {
    let text = |value: Option<&Value>| match value {
        Some(Value::StringValue(text)) => text.clone(),
        Some(Value::IntValue(number)) => number.to_string(),
        other => panic!("{other:?}"),
    };
    let pair = |it: &KeyValue| {
        (
            it.key.clone(),
            text(it.value.as_ref().and_then(|any| any.value.as_ref())),
        )
    };
    all.iter().map(pair).collect()
}

#[actix_web::test]
async fn t77_traces_tell_route_status_and_request_id_and_nothing_else() {
    let (url, bodies, collector) = collector().await;
    let (program, folder) = (Program::new(), tempfile::tempdir().unwrap());
    let log = folder.path().join("log");
    let settings = [&SETTINGS[..], &[("VITRINE_OTEL__ENDPOINT", url.as_str())]].concat();
    let running = program.start_logged(&settings, &log).await;
    let walked = walk(&running.actor()).await;
    running.terminate().await;
    collector.stop(false).await;

    let bodies = std::mem::take(&mut *bodies.lock().unwrap());
    assert_holds_none("the log", &std::fs::read(&log).unwrap(), &walked.secrets);
    let mut spans: Vec<Span> = Vec::new();
    for (kind, body) in &bodies {
        assert_eq!(kind, "application/x-protobuf");
        assert_holds_none("a trace", body, &walked.secrets);
        for resource in ExportTraceServiceRequest::decode(body.as_slice())
            .unwrap()
            .resource_spans
        {
            let of = attributes(&resource.resource.unwrap().attributes);
            assert_eq!(of["service.name"], "vitrine");
            spans.extend(resource.scope_spans.into_iter().flat_map(|scope| scope.spans));
        }
    }
    let known: BTreeSet<&str> = [
        "http.request.method",
        "http.route",
        "http.response.status_code",
        "vitrine.request_id",
    ]
    .into();
    let mut told = HashMap::new();
    for span in &spans {
        let of = attributes(&span.attributes);
        assert_eq!(
            of.keys().map(String::as_str).collect::<BTreeSet<_>>(),
            known,
            "{span:?}"
        );
        assert_eq!(span.name, format!("{} {}", of["http.request.method"], of["http.route"]));
        assert!(
            span.events.is_empty() && span.links.is_empty() && span.parent_span_id.is_empty(),
            "{span:?}"
        );
        assert!(span.end_time_unix_nano >= span.start_time_unix_nano);
        told.insert(of["vitrine.request_id"].clone(), of);
    }
    for (id, status) in &walked.answered {
        let of = told.get(id).unwrap_or_else(|| panic!("{id} has no span"));
        assert_eq!(of["http.response.status_code"], status.to_string());
    }
    let routes: BTreeSet<&str> = told.values().map(|of| of["http.route"].as_str()).collect();
    for route in ["/api/v1/sites/{site_id}/share-links", "/api/event", "(none)"] {
        assert!(routes.contains(route), "{routes:?}");
    }
    let methods: BTreeSet<&str> = told.values().map(|of| of["http.request.method"].as_str()).collect();
    assert!(
        methods.contains("_OTHER") && !methods.contains("FORGED77"),
        "{methods:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collector_that_is_away_delays_neither_answers_nor_the_stop() {
    let (program, folder) = (Program::new(), tempfile::tempdir().unwrap());
    // Nobody listens on a port that was just let go.
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("http://127.0.0.1:{port}");
    let settings = [("VITRINE_OTEL__ENDPOINT", url.as_str())];
    let running = program.start_logged(&settings, &folder.path().join("log")).await;
    for _ in 0..50 {
        running.actor().get("/healthz").await.expect_status(200);
    }
    running.terminate().await;
    let refused = program
        .command(&["serve", "--listen", "127.0.0.1:0"])
        .env("VITRINE_OTEL__ENDPOINT", "collector:4317")
        .output();
    let said = crate::support::text_of(&refused.unwrap().stderr);
    assert!(said.contains("otel.endpoint"), "{said}");
}
