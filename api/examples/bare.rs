//! A bare actix-web server, against which `cargo xtask bench` compares: the same answers without any of our work.

use actix_web::web::Bytes;
use actix_web::{App, HttpResponse, HttpServer, get, post};
use std::io::Write;

const SITE: &str =
    r#"{"site_id":"site_0000000000000000","domain":"example.org","timezone":"Europe/Berlin","favicon":"data:,"}"#;

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

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    let server = HttpServer::new(|| App::new().service(resolve).service(event)).bind("127.0.0.1:0")?;
    writeln!(std::io::stdout(), "bare listening on http://{}", server.addrs()[0])?;
    server.run().await
}
