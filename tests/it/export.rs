//! Exports over HTTP (T3, T5, T9, T73, T74).

use crate::support::{Actor, Answer, TestApp};
use api::events::statement::Statement;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

async fn shop() -> (TestApp, Actor, String) {
    let app = TestApp::start().await;
    let (ann, site_id) = app.owner_of("a.example").await;
    app.happen(
        "a.example",
        None,
        &[
            json!({"u": "https://a.example/?utm_campaign=%3D1%2B1"}),
            json!({"u": "https://a.example/pricing"}),
            json!({"n": "Purchase", "p": {"@plan": "-2", "size": "L, \"XL\""}}),
        ],
    )
    .await;
    (app, ann, site_id)
}

/// The files of a ZIP as lines of cells.
fn unzipped(answer: &Answer) -> BTreeMap<String, Vec<Vec<String>>> {
    let mut archive = zip::ZipArchive::new(Cursor::new(&answer.body)).unwrap();
    let mut files = BTreeMap::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).unwrap();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        assert!(text.ends_with("\r\n"), "{text:?}");
        let mut reader = csv::ReaderBuilder::new()
            .has_headers(false)
            .from_reader(text.as_bytes());
        let lines = reader
            .records()
            .map(|line| line.unwrap().iter().map(str::to_owned).collect());
        files.insert(file.name().unwrap().into_owned(), lines.collect());
    }
    files
}

fn export(site_id: &str, query: &str) -> String {
    format!("/api/v1/sites/{site_id}/export?{query}")
}

#[tokio::test]
async fn an_export_has_the_files_and_columns_that_people_know() {
    let (_app, ann, site_id) = shop().await;
    ann.add_goal(&site_id, json!({"event": "Purchase"})).await;
    let answer = ann
        .get(&export(&site_id, "format=csv&date_range=2026-03-09,2026-03-10"))
        .await
        .expect_status(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    let disposition = "attachment; filename=\"a.example-2026-03-09-2026-03-10.zip\"; filename*=UTF-8''a.example-2026-03-09-2026-03-10.zip";
    assert_eq!(answer.header("content-disposition"), Some(disposition));
    let files = unzipped(&answer);
    let names: Vec<&str> = files.keys().map(String::as_str).collect();
    assert_eq!(
        names,
        [
            "browser_versions.csv",
            "browsers.csv",
            "channels.csv",
            "cities.csv",
            "conversions.csv",
            "countries.csv",
            "custom_props.csv",
            "devices.csv",
            "entry_pages.csv",
            "exit_pages.csv",
            "operating_system_versions.csv",
            "operating_systems.csv",
            "pages.csv",
            "referrers.csv",
            "regions.csv",
            "sources.csv",
            "utm_campaigns.csv",
            "utm_contents.csv",
            "utm_mediums.csv",
            "utm_sources.csv",
            "utm_terms.csv",
            "visitors.csv",
        ]
    );
    assert_eq!(
        files["visitors.csv"],
        [
            vec![
                "date",
                "visitors",
                "pageviews",
                "visits",
                "views_per_visit",
                "bounce_rate",
                "visit_duration"
            ],
            vec!["2026-03-09", "0", "0", "0", "", "", ""],
            vec!["2026-03-10", "1", "2", "1", "2", "0", "2"],
        ]
    );
    assert_eq!(
        files["exit_pages.csv"],
        [
            vec!["name", "unique_exits", "total_exits", "exit_rate"],
            vec!["/pricing", "1", "1", "100"]
        ]
    );
    assert_eq!(files["entry_pages.csv"][1], ["/", "1", "1", "0", "2"]);
    assert_eq!(files["conversions.csv"][1], ["Purchase", "1", "1"]);
    assert_eq!(files["browser_versions.csv"][1], ["Firefox", "140.0", "1"]);
    // T73: what a spreadsheet would take for a formula is text.
    assert_eq!(files["utm_campaigns.csv"][1][0], "'=1+1");
    let props: Vec<&[String]> = files["custom_props.csv"].iter().map(|line| &line[..3]).collect();
    assert!(
        props.contains(&&["'@plan".to_owned(), "'-2".to_owned(), "1".to_owned()][..]),
        "{props:?}"
    );
    assert!(
        props.contains(&&["size".to_owned(), "L, \"XL\"".to_owned(), "1".to_owned()][..]),
        "{props:?}"
    );

    let filters = r#"[["is","event:goal",["Purchase"]]]"#;
    let converted = ann
        .get(&export(
            &site_id,
            &format!("format=csv&date_range=day&filters={filters}"),
        ))
        .await;
    let files = unzipped(&converted.expect_status(200));
    assert_eq!(
        files["sources.csv"],
        [
            vec!["name", "conversions", "conversion_rate"],
            vec!["Direct / None", "1", "100"]
        ]
    );
}

#[tokio::test]
async fn json_says_the_same() {
    let (_app, ann, site_id) = shop().await;
    let answer = ann
        .get(&export(&site_id, "format=json&date_range=day"))
        .await
        .expect_status(200)
        .json();
    assert_eq!(answer["domain"], "a.example");
    assert_eq!(answer["reports"]["utm_campaigns"][0]["name"], "=1+1");
    assert_eq!(answer["reports"]["pages"][0]["pageviews"], 1);
    assert_eq!(
        answer["reports"]["visitors"].as_array().unwrap().len(),
        24,
        "hours of a day"
    );
    assert_eq!(answer["reports"]["conversions"], json!([]));
    for (query, pointer) in [
        ("", "?format"),
        ("format=xml", "?format"),
        ("format=csv&date_range=x", "?date_range"),
    ] {
        ann.get(&export(&site_id, query))
            .await
            .expect_status(422)
            .expect_pointers(&[pointer]);
    }
    let (empty, none) = ("format=json&date_range=2025-01-01,2025-01-02", json!([]));
    let empty = ann.get(&export(&site_id, empty)).await.expect_status(200).json();
    assert_eq!(empty["reports"]["pages"], none);
    assert_eq!(empty["reports"]["visitors"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn t74_an_export_obeys_password_segment_and_revocation() {
    let (app, ann, site_id) = shop().await;
    let segment = ann
        .add_segment(&site_id, "Prices", json!([["is", "event:page", ["/pricing"]]]))
        .await;
    let body = json!({"name": "Client", "segment_id": segment["id"], "password": "a long password"});
    let link = ann.add_link_with(&site_id, body).await;
    let token = link["token"].as_str().unwrap();
    let path = export(&site_id, "format=csv&date_range=day");
    app.anonymous()
        .with_token(token)
        .get(&path)
        .await
        .expect_status(401)
        .expect_problem("password_required");
    let unlock = json!({"password": "a long password"});
    let grant = app
        .anonymous()
        .with_token(token)
        .post("/api/v1/share/a.example/unlock", unlock)
        .await;
    let grant = grant.expect_status(200).json();
    let client = app.anonymous().with_token(grant["grant"].as_str().unwrap());
    let files = unzipped(&client.get(&path).await.expect_status(200));
    let pages: Vec<&str> = files["pages.csv"][1..].iter().map(|line| line[0].as_str()).collect();
    assert_eq!(pages, ["/pricing"]);
    ann.delete(&format!(
        "/api/v1/sites/{site_id}/share-links/{}",
        link["id"].as_str().unwrap()
    ))
    .await
    .expect_status(204);
    client
        .get(&path)
        .await
        .expect_status(404)
        .expect_problem("link_not_found");
}

#[tokio::test]
async fn t74_one_export_at_a_time_for_each_link() {
    let (app, ann, site_id) = shop().await;
    let link = ann.add_link(&site_id, "Client").await;
    let client = app.anonymous().with_token(link["token"].as_str().unwrap());
    let held = app
        .state
        .exports
        .begin(link["id"].as_str().unwrap().to_owned())
        .unwrap();
    let path = export(&site_id, "format=json&date_range=day");
    let refused = client
        .get(&path)
        .await
        .expect_status(429)
        .expect_problem("rate_limited");
    assert_eq!(refused.header("retry-after"), Some("5"));
    ann.get(&path).await.expect_status(200);
    drop(held);
    client.get(&path).await.expect_status(200);
}

#[tokio::test]
async fn a_pattern_that_the_engine_refuses_is_told_before_the_first_byte() {
    let (_app, ann, site_id) = shop().await;
    let filters = "%5B%5B%22matches%22%2C%22event%3Apage%22%2C%5B%22a**%22%5D%5D%5D";
    for format in ["csv", "json"] {
        let path = export(&site_id, &format!("format={format}&date_range=day&filters={filters}"));
        let refused = ann.get(&path).await.expect_status(422);
        refused.expect_pointers(&["/filters/0/2/0"]);
    }
}

#[tokio::test]
async fn t74_rows_that_nobody_takes_keep_no_statistics_from_others() {
    let (app, ann, site_id) = shop().await;
    let rows = "SELECT CAST(a.visit_id AS VARCHAR) FROM visits a, visits b, visits c, visits d, visits e, visits f";
    let untaken = (0..2 * app.state.config.events.concurrent_queries).map(|_| {
        let (sender, receiver) = tokio::sync::mpsc::channel(1);
        let events = app.state.events.clone();
        let asked = tokio::spawn(async move { events.query_each(Statement::plain(rows), sender).await });
        (asked, receiver)
    });
    let mut untaken: Vec<_> = untaken.collect();
    // The first ones have begun: a piece of their rows is there.
    assert!(untaken[0].1.recv().await.is_some());
    let query = json!({"metrics": ["visitors"], "date_range": "all"});
    let path = format!("/api/v1/sites/{site_id}/query");
    ann.post(&path, query).await.expect_status(200);
    for (asked, _) in untaken {
        asked.abort();
    }
}
