//! A bare actix-web server, against which `cargo xtask bench` compares: the same answers without any of our work.

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, get, post};
use std::io::Write;

const SITE: &str =
    r#"{"site_id":"site_0000000000000000","domain":"example.org","timezone":"Europe/Berlin","favicon":"data:,"}"#;

const ANSWER: &str = r#"{"results":[{"dimensions":[],"metrics":[3210]}],"meta":{},"query":{"metrics":["visitors"],"date_range":["2026-02-08T00:00:00+01:00","2026-03-10T00:00:00+01:00"],"order_by":[],"pagination":{"limit":100,"offset":0},"include":{}}}"#;

#[get("/resolve")]
async fn resolve() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(SITE)
}

#[post("/event")]
async fn event(body: Bytes) -> HttpResponse {
    match serde_json::from_slice::<serde_json::Value>(&body) {
        Ok(_) => HttpResponse::Accepted().body("ok"),
        Err(_) => HttpResponse::BadRequest().finish(),
    }
}

#[post("/query")]
async fn query(body: Bytes) -> HttpResponse {
    match serde_json::from_slice::<serde_json::Value>(&body) {
        Ok(_) => HttpResponse::Ok().content_type("application/json").body(ANSWER),
        Err(_) => HttpResponse::BadRequest().finish(),
    }
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().service(resolve).service(event).service(query)).bind("127.0.0.1:0")?;
    writeln!(std::io::stdout(), "bare listening on http://{}", server.addrs()[0])?;
    server.run().await
}
