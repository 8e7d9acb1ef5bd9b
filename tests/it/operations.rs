//! What whoever runs the server meets: health, settings, starts that fail.

use crate::support::TestApp;
use api::app;
use api::config::{Config, Flags};
use api::kit::clock::Clock;
use api::kit::ids::Ids;
use std::path::Path;

fn settings(folder: &Path) -> Config {
    let flags = Flags {
        listen: Some("127.0.0.1:0".to_owned()),
        data_dir: Some(folder.to_owned()),
        ..Flags::default()
    };
    Config::load(&flags).unwrap()
}

async fn open_error(config: Config) -> String {
    match app::open(config, Clock::system(), Ids::random()).await {
        Ok(_) => panic!("the server must not start"),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn health_readiness_and_metrics_answer() {
    let app = TestApp::start().await;
    let anyone = app.anonymous();
    assert_eq!(anyone.get("/healthz").await.expect_status(200).text(), "ok\n");
    anyone.get("/readyz").await.expect_status(200);
    let metrics = anyone.get("/metrics").await.expect_status(200).text();
    assert!(
        metrics.contains("vitrine_http_requests_total{route=\"/healthz\",status=\"200\"} 1"),
        "{metrics}"
    );
    let hidden = TestApp::start_with(|config| config.metrics_allow.clear()).await;
    hidden.anonymous().get("/metrics").await.expect_status(404);
}

#[tokio::test]
async fn everything_is_there_again_after_a_restart() {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("example.org").await;
    let live = ann.add_link(&site_id, "Live").await;
    let dead = ann.add_link(&site_id, "Dead").await;
    let links = format!("/api/v1/sites/{site_id}/share-links");
    ann.delete(&format!("{links}/{}", dead["id"].as_str().unwrap()))
        .await
        .expect_status(204);
    let token = |link: &serde_json::Value| link["token"].as_str().unwrap().to_owned();
    app.anonymous()
        .with_token(&token(&live))
        .get("/api/v1/share/example.org")
        .await
        .expect_status(200);

    let app = app.restart().await;
    let ann = app.anonymous();
    let body = serde_json::json!({"email": "owner@example.org", "password": "correct horse battery"});
    ann.post("/api/v1/session", body).await.expect_status(200);
    let listed = ann.get(&links).await.expect_status(200).json()["data"].clone();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    assert_eq!(listed[0]["token"], live["token"]);
    assert_eq!(listed[0]["opens"], 1);
    app.anonymous()
        .with_token(&token(&live))
        .get("/api/v1/share/example.org")
        .await
        .expect_status(200);
    app.anonymous()
        .with_token(&token(&dead))
        .get("/api/v1/share/example.org")
        .await
        .expect_status(404);
}

#[tokio::test]
async fn a_data_folder_that_cannot_be_used_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, b"x").unwrap();
    let error = open_error(settings(&file.join("data"))).await;
    assert!(
        error.starts_with("the data folder ") && error.contains("--data-dir") && !error.contains('\n'),
        "{error}"
    );
}

#[tokio::test]
async fn t83_a_second_server_on_the_same_data_folder_refuses_to_start() {
    let app = TestApp::start().await;
    let error = open_error(settings(app.folder())).await;
    assert!(error.contains("another") && !error.contains('\n'), "{error}");
}

#[tokio::test]
async fn t85_another_secret_than_the_databases_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let state = app::open(settings(folder.path()), Clock::system(), Ids::random())
        .await
        .unwrap();
    app::Started::finish(&state).await;
    drop(state);
    let mut config = settings(folder.path());
    config.secret = "ab".repeat(32);
    let error = open_error(config).await;
    assert!(error.contains("secret"), "{error}");
    let mut config = settings(folder.path());
    config.secret = "short".to_owned();
    assert!(open_error(config).await.contains("64 hex digits"));
}

#[test]
fn a_wrong_settings_file_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("vitrine.toml");
    for (text, named) in [
        ("lissten = \"127.0.0.1:1\"", "lissten"),
        ("[limits]\nresolve = 3", "resolve"),
        ("listen = \"nowhere\"", "listen"),
        ("trusted_proxies = [\"not an address\"]", "trusted_proxies"),
        ("registration = \"maybe\"", "registration"),
        ("base_url = \"https://stats.example.org/path\"", "base_url"),
    ] {
        std::fs::write(&file, text).unwrap();
        let error = Config::load(&Flags {
            config: Some(file.clone()),
            ..Flags::default()
        })
        .unwrap_err()
        .to_string();
        assert!(error.contains(named), "{text}: {error}");
    }
    let error = Config::load(&Flags {
        config: Some(folder.path().join("missing.toml")),
        ..Flags::default()
    });
    assert!(error.is_err(), "a file that is named must exist");
}
