//! Sending spans over OTLP/HTTP.

use super::REQUESTS;
use crate::config::Otel;
use async_trait::async_trait;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use opentelemetry::KeyValue;
use opentelemetry::trace::TracerProvider;
use opentelemetry_http::hyper::HyperClient;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{Sampler, SdkTracerProvider};
use rustls::crypto::ring;
use std::time::Duration;
use tokio::runtime::Handle;
use tracing::Subscriber;
use tracing_subscriber::Layer;
use tracing_subscriber::filter::{LevelFilter, filter_fn};
use tracing_subscriber::registry::LookupSpan;
use url::Url;

/// A batch has so long to reach the collector.
const TIMEOUT: Duration = Duration::from_secs(10);
/// A stop waits so long for the last one.
const STOP_PATIENCE: Duration = Duration::from_secs(3);
/// Where OTLP/HTTP takes traces, when the setting names no path.
const TRACES: &str = "/v1/traces";

/// What must be told that the process ends.
#[derive(Debug, Default)]
pub struct Telemetry(Option<SdkTracerProvider>);

impl Telemetry {
    /// Sends what waits.
    pub async fn finish(self) {
        let Some(provider) = self.0 else { return };
        // It waits for its thread, which waits for this runtime.
        let done = tokio::task::spawn_blocking(move || provider.shutdown_with_timeout(STOP_PATIENCE)).await;
        if let Ok(Err(error)) = done {
            tracing::warn!(%error, "the last traces could not be sent");
        }
    }
}

type Started<S> = (Box<dyn Layer<S> + Send + Sync>, Telemetry);

/// What takes spans to the collector; none without a collector. Must be called within a runtime, by which it sends.
pub fn layer<S>(otel: &Otel) -> Result<Option<Started<S>>, String>
where
    S: Subscriber + for<'span> LookupSpan<'span> + Send + Sync,
{
    if otel.endpoint.is_empty() {
        return Ok(None);
    }
    let exporter = SpanExporter::builder()
        .with_http()
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(endpoint(&otel.endpoint)?)
        .with_timeout(TIMEOUT)
        .with_http_client(Client::new()?)
        .build()
        .map_err(|error| error.to_string())?;
    let version = KeyValue::new("service.version", env!("CARGO_PKG_VERSION"));
    let resource = Resource::builder().with_service_name("vitrine").with_attribute(version);
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource.build())
        .with_sampler(Sampler::TraceIdRatioBased(otel.sample_ratio))
        .build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("vitrine"))
        .with_location(false)
        .with_threads(false)
        .with_level(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(filter_fn(|it| it.target() == REQUESTS).with_max_level_hint(LevelFilter::INFO));
    Ok(Some((layer.boxed(), Telemetry(Some(provider)))))
}

fn endpoint(text: &str) -> Result<String, String> {
    let mut url = Url::parse(text).map_err(|error| error.to_string())?;
    if !matches!(url.scheme(), "http" | "https") || !url.has_host() {
        return Err("it must begin with http:// or https://".to_owned());
    }
    if !url.username().is_empty() || url.password().is_some() {
        // The crate logs the URL where a batch can't be sent.
        return Err("it must hold no password: OTEL_EXPORTER_OTLP_HEADERS is for that".to_owned());
    }
    if url.path() == "/" {
        url.set_path(TRACES);
    }
    Ok(url.into())
}

/// The client of the OTLP crate, run by the server's runtime: the exporter's own thread has none.
#[derive(Clone, Debug)]
struct Client {
    runtime: Handle,
    http: HyperClient<HttpsConnector<hyper_util::client::legacy::connect::HttpConnector>>,
}

impl Client {
    fn new() -> Result<Self, String> {
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_webpki_roots(ring::default_provider())
            .map_err(|error| error.to_string())?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            runtime: Handle::current(),
            http: HyperClient::new(connector, TIMEOUT, None),
        })
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.clone();
        self.runtime
            .spawn(async move { http.send_bytes(request).await })
            .await?
    }
}

#[cfg(test)]
mod tests {
    use super::endpoint;

    #[test]
    fn a_collector_is_named_with_or_without_a_path() {
        for (given, asked) in [
            ("http://127.0.0.1:4318", "http://127.0.0.1:4318/v1/traces"),
            ("http://127.0.0.1:4318/", "http://127.0.0.1:4318/v1/traces"),
            (
                "https://otlp.example.org/tenant/v1/traces",
                "https://otlp.example.org/tenant/v1/traces",
            ),
        ] {
            assert_eq!(endpoint(given).unwrap(), asked);
        }
        for wrong in [
            "127.0.0.1:4318",
            "grpc://collector:4317",
            "file:///etc/passwd",
            "http://user:pass@collector",
        ] {
            assert!(endpoint(wrong).is_err(), "{wrong}");
        }
    }
}
