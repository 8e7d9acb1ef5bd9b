//! Moving the events from one engine to the other and back: `vitrine migrate-store`. Runs where `TEST_CLICKHOUSE_URL` names a server.

use crate::imported_totals::archive;
use crate::imports::{import, view};
use crate::support::{Actor, TestApp};
use api::config::Config;
use api::events::statement::{Cell, Statement};
use api::kit::secret;
use serde_json::{Value, json};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

/// A database of its own; none where no server is named.
fn clickhouse() -> Option<String> {
    let server = std::env::var("TEST_CLICKHOUSE_URL").ok()?;
    Some(format!("{server}/move_{}", secret::text(12, &secret::BASE32)))
}

/// The command on the data of a server that is stopped.
fn command(config: &Config, from: &str, to: &str) -> Command {
    let program = std::env::var_os("TEST_VITRINE_BIN").expect("TEST_VITRINE_BIN names the program");
    let mut command = Command::new(program);
    command
        .env_clear()
        .env("VITRINE_DATA_DIR", &config.data_dir)
        .env("VITRINE_DATABASE_URL", config.database_url())
        .env("VITRINE_LOG", "warn")
        .args(["migrate-store", "--from", from, "--to", to])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

async fn output(mut command: Command) -> Output {
    tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap()
}

/// What the command says; fails when it fails.
async fn moved(config: &Config, from: &str, to: &str) -> String {
    let ran = output(command(config, from, to)).await;
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    String::from_utf8(ran.stdout).unwrap()
}

/// What it says where it refuses.
async fn refused(config: &Config, from: &str, to: &str, more: &[&str]) -> String {
    let mut refusing = command(config, from, to);
    refusing.args(more);
    let ran = output(refusing).await;
    assert_eq!(ran.status.code(), Some(1), "{}", String::from_utf8_lossy(&ran.stdout));
    String::from_utf8(ran.stderr).unwrap()
}

/// Runs a statement behind the stores' backs.
async fn expect_run(away: &str, sql: &str) {
    let url = away.replacen("clickhouse:", "http:", 1);
    let (server, database) = url.rsplit_once('/').unwrap();
    let url = format!("{server}/?mutations_sync=2&database={database}");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let answer = client.post(url).body(sql.to_owned()).send().await.unwrap();
    assert!(answer.status().is_success(), "{}", answer.text().await.unwrap());
}

async fn start() -> TestApp {
    TestApp::start_with(|config| {
        config.events_url = String::new();
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    })
    .await
}

fn on(url: &str) -> impl FnOnce(&mut Config) {
    let url = url.to_owned();
    move |config| {
        config.events_url = url;
        config.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
    }
}

/// Four days on two sites: visits of several pages, over midnight, with properties, revenue and engagement; a log; totals.
async fn fill(app: &TestApp) -> (Actor, [String; 2]) {
    let (owner, first) = app.owner_of("a.example").await;
    let second = owner.add_site("b.example").await;
    owner
        .add_goal(&first, json!({"event": "Purchase", "currency": "EUR"}))
        .await;
    for day in 0..4 {
        for visitor in 1..=6 {
            let address = format!("203.0.113.{visitor}");
            let domain = if visitor % 3 == 0 { "b.example" } else { "a.example" };
            let page = |path: &str| json!({"u": format!("https://{domain}{path}?utm_source=s{day}&utm_medium=m")});
            let money = json!({"n": "Purchase", "p": {"plan": "größer \"x\"", "n": visitor.to_string()},
                "$": {"amount": format!("{}.5{day}", visitor * 10), "currency": "EUR"}});
            let mut events = vec![
                page("/"),
                page(&format!("/{visitor}")),
                json!({"n": "Sign up", "p": {"a,b": "1|2"}}),
            ];
            if visitor > 3 {
                events.push(money);
                events
                    .push(json!({"n": "engagement", "u": format!("https://{domain}/{visitor}"), "e": 5000, "sd": 80}));
            }
            app.happen(domain, Some(&address), &events).await;
        }
        // A visit over midnight.
        app.step(11 * 3600 + 3500);
        app.happen("a.example", Some("203.0.113.9"), &[json!({}), json!({})])
            .await;
        app.step(600);
        app.happen("a.example", Some("203.0.113.9"), &[json!({})]).await;
        app.step(12 * 3600 - 4100);
    }
    let log: String = (1..60)
        .map(|n| {
            view(
                &format!("198.51.100.{}", n % 7),
                &format!("02/Mar/2026:08:{n:02}:00"),
                &format!("/old/{n}"),
            )
        })
        .collect();
    import(&owner, &first, "", log).await;
    let totals =
        "date,visitors,pageviews,bounces,visits,visit_duration\n2026-02-01,5,9,2,6,300\n2026-02-03,7,8,1,7,10\n";
    let sources = "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,pageviews,visitors,visits,visit_duration,bounces\n\
                   2026-02-01,Google,google.com,,,,,,5,3,4,200,1\n";
    let files = [
        ("imported_visitors_20260201_20260203.csv", totals),
        ("imported_sources_20260201_20260203.csv", sources),
    ];
    import(&owner, &first, "?name=export.zip", archive(&files)).await;
    (owner, [first, second])
}

/// What dashboards ask, and its answers.
async fn answers(app: &TestApp, owner: &Actor, sites: &[String; 2]) -> Vec<Value> {
    app.state.events.drained().await;
    let all = json!([
        "visitors",
        "visits",
        "pageviews",
        "events",
        "bounce_rate",
        "visit_duration",
        "views_per_visit"
    ]);
    let plain = json!(["visitors", "events"]);
    let mut questions = vec![
        json!({"metrics": all, "dimensions": []}),
        json!({"metrics": all, "dimensions": ["time:day"]}),
        json!({"metrics": ["visitors", "pageviews", "time_on_page", "scroll_depth"], "dimensions": ["event:page"]}),
        json!({"metrics": ["total_revenue", "average_revenue", "events"], "dimensions": ["event:goal"]}),
        json!({"metrics": plain, "dimensions": ["event:props:plan"]}),
        json!({"metrics": plain, "dimensions": ["event:props:a,b"]}),
        json!({"metrics": all, "dimensions": [], "filters": [["is", "event:props:n", ["4"]]]}),
        json!({"metrics": ["visitors"], "dimensions": ["event:name"]}),
    ];
    for dimension in ["source", "utm_source", "entry_page", "exit_page", "browser", "channel"] {
        questions.push(json!({"metrics": ["visitors", "visits"], "dimensions": [format!("visit:{dimension}")]}));
    }
    let mut answers = Vec::new();
    for site_id in sites {
        for question in &questions {
            let mut question = question.clone();
            question["date_range"] = json!(["2026-01-20", "2026-03-20"]);
            let asked = owner
                .post(&format!("/api/v1/sites/{site_id}/query"), question.clone())
                .await;
            let mut results = asked.expect_status(200).json()["results"].clone();
            // Rows that are equal in the first metric come in any order.
            results.as_array_mut().unwrap().sort_by_key(Value::to_string);
            answers.push(json!([question, results]));
        }
    }
    answers
}

async fn number(app: &TestApp, sql: &str) -> i64 {
    let rows = app.state.events.query(Statement::plain(sql)).await.unwrap();
    rows[0][0].as_int().unwrap()
}

/// Events are unique, and each stands in a visit that there is and that counts it.
async fn expect_whole(app: &TestApp) {
    app.state.events.drained().await;
    let doubled = "SELECT count(*) - count(DISTINCT event_id) FROM events";
    assert_eq!(number(app, doubled).await, 0, "numbers are unique");
    let lost = "SELECT count(*) FROM events WHERE visit_id NOT IN (SELECT visit_id FROM visits)";
    assert_eq!(number(app, lost).await, 0, "every event has its visit");
    let wrong = "SELECT count(*) FROM visits JOIN (SELECT visit_id AS id, sum(CASE WHEN name <> 'engagement' THEN 1 ELSE 0 END) AS n \
                 FROM events GROUP BY visit_id) counted ON id = visit_id WHERE n <> events";
    assert_eq!(number(app, wrong).await, 0, "visits count their events");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_store_moves_to_the_other_engine_and_back() {
    let Some(away) = clickhouse() else { return };
    let app = start().await;
    let (owner, sites) = fill(&app).await;
    // A visit that is open while the store moves.
    app.happen(
        "a.example",
        Some("203.0.113.77"),
        &[json!({"u": "https://a.example/before"})],
    )
    .await;
    let before = answers(&app, &owner, &sites).await;
    let of_first = &before[..before.len() / 2];
    assert!(of_first.iter().all(|asked| asked[1] != json!([])), "{of_first:?}");
    assert!(before[3].to_string().contains("EUR"), "{}", before[3]);
    expect_whole(&app).await;
    let visits = number(&app, "SELECT count(*) FROM visits").await;

    let app = app
        .restart_after(
            async |config: &Config| {
                let differ = refused(config, "duckdb://", &away, &["--check"]).await;
                assert!(differ.contains("the stores differ on"), "{differ}");
                let said = moved(config, "duckdb://", &away).await;
                assert!(said.ends_with("both stores answer the same\n"), "{said}");
                let again = moved(config, "duckdb://", &away).await;
                assert!(again.starts_with("2 sites: 0 days copied"), "{again}");
                refused(config, "duckdb://", "duckdb://", &[]).await;
                // A single letter in a single row is noticed, and mended.
                let change = "ALTER TABLE visits UPDATE exit_page = '/wrong' WHERE exit_page = '/before'";
                expect_run(&away, change).await;
                let differ = refused(config, "duckdb://", &away, &["--check"]).await;
                assert!(differ.contains("the stores differ on 1 days"), "{differ}");
                let mended = moved(config, "duckdb://", &away).await;
                assert!(mended.starts_with("2 sites: 1 days copied"), "{mended}");
            },
            on(&away),
        )
        .await;
    let owner = again(&app, &owner);
    assert_eq!(answers(&app, &owner, &sites).await, before);
    app.step(60);
    app.happen(
        "a.example",
        Some("203.0.113.77"),
        &[json!({"u": "https://a.example/after"})],
    )
    .await;
    assert_eq!(
        number(&app, "SELECT count(*) FROM visits").await,
        visits,
        "the open visit went on"
    );
    app.happen("b.example", Some("203.0.113.78"), &[json!({}), json!({})])
        .await;
    expect_whole(&app).await;
    let changed = answers(&app, &owner, &sites).await;
    assert_ne!(changed, before);

    let app = app
        .restart_after(
            async |config: &Config| {
                let behind = refused(config, "duckdb://", &away, &[]).await;
                assert!(behind.contains("has taken events"), "{behind}");
                let said = moved(config, &away, "duckdb://").await;
                assert!(said.ends_with("both stores answer the same\n"), "{said}");
            },
            on(""),
        )
        .await;
    let owner = again(&app, &owner);
    assert_eq!(answers(&app, &owner, &sites).await, changed);
    app.step(60);
    app.happen(
        "a.example",
        Some("203.0.113.77"),
        &[json!({"u": "https://a.example/back"})],
    )
    .await;
    let pages = "SELECT pageviews FROM visits WHERE entry_page = '/before'";
    assert_eq!(number(&app, pages).await, 3);
    expect_whole(&app).await;
    let last = answers(&app, &owner, &sites).await;

    // Up again: what came at home since gets its numbers, what has one keeps it.
    let app = app
        .restart_after(
            async |config: &Config| drop(moved(config, "duckdb://", &away).await),
            on(&away),
        )
        .await;
    let owner = again(&app, &owner);
    assert_eq!(answers(&app, &owner, &sites).await, last);
    app.happen("a.example", Some("203.0.113.77"), &[json!({})]).await;
    assert_eq!(number(&app, pages).await, 4);
    expect_whole(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_move_that_is_killed_goes_on() {
    let Some(away) = clickhouse() else { return };
    let app = start().await;
    let (owner, sites) = fill(&app).await;
    let before = answers(&app, &owner, &sites).await;
    let back_and_forth = async |config: &Config| {
        for (from, to) in [("duckdb://", away.as_str()), (away.as_str(), "duckdb://")] {
            if to == "duckdb://" {
                std::fs::rename(config.data_dir.join("events.duckdb"), config.data_dir.join("old")).unwrap();
            }
            for round in 1..=12 {
                let mut child = command(config, from, to).spawn().unwrap();
                tokio::time::sleep(Duration::from_millis(round * 130)).await;
                child.kill().unwrap();
                child.wait().unwrap();
            }
            let said = moved(config, from, to).await;
            assert!(said.ends_with("both stores answer the same\n"), "{said}");
        }
    };
    let app = app.restart_after(back_and_forth, on("")).await;
    assert_eq!(answers(&app, &again(&app, &owner), &sites).await, before);
    expect_whole(&app).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_move_copies_what_has_changed_since() {
    let Some(away) = clickhouse() else { return };
    let app = start().await;
    let (owner, sites) = fill(&app).await;
    let app = app
        .restart_after(
            async |config: &Config| drop(moved(config, "duckdb://", &away).await),
            on(""),
        )
        .await;
    let owner = again(&app, &owner);
    app.happen("b.example", Some("203.0.113.5"), &[json!({}), json!({})])
        .await;
    owner
        .delete(&format!("/api/v1/sites/{}", sites[0]))
        .await
        .expect_status(204);
    let third = owner.add_site("c.example").await;
    app.happen("c.example", Some("203.0.113.5"), &[json!({})]).await;
    let rest = [sites[1].clone(), third];
    let changed = answers(&app, &owner, &rest).await;
    let app = app
        .restart_after(
            async |config: &Config| {
                let said = moved(config, "duckdb://", &away).await;
                // A day of events and one of visits, on two sites; the site that was deleted is gone.
                assert!(said.starts_with("2 sites: 4 days copied"), "{said}");
            },
            on(&away),
        )
        .await;
    assert_eq!(answers(&app, &again(&app, &owner), &rest).await, changed);
    let rows = "SELECT site_id, count(*) FROM events GROUP BY site_id";
    let known = app.state.events.query(Statement::plain(rows)).await.unwrap();
    assert!(
        known.iter().all(|row| row[0] != Cell::Text(sites[0].clone())),
        "{known:?}"
    );
}

/// The same person at the server that was started again.
fn again(app: &TestApp, owner: &Actor) -> Actor {
    owner.at(&app.url(""))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_copies_days_that_are_over_while_it_goes_on() {
    let Some(away) = clickhouse() else { return };
    let app = start().await;
    let (owner, sites) = fill(&app).await;
    let config = app.state.config.clone();
    let copying = tokio::spawn({
        let (config, away) = (config.clone(), away.clone());
        async move { moved(&config, "duckdb://", &away).await }
    });
    app.happen("b.example", Some("203.0.113.5"), &[json!({}), json!({})])
        .await;
    let said = copying.await.unwrap();
    assert!(said.contains("To change over, stop the server"), "{said}");
    let copied: usize = said.split(' ').nth(2).unwrap().parse().unwrap();
    assert!(copied > 4, "{said}");
    let mut other = command(&config, "duckdb://", "duckdb://elsewhere");
    let ran = tokio::task::spawn_blocking(move || other.output())
        .await
        .unwrap()
        .unwrap();
    assert!(!ran.status.success(), "the engine is the same");
    let before = answers(&app, &owner, &sites).await;
    let app = app
        .restart_after(
            async |config: &Config| {
                let said = moved(config, "duckdb://", &away).await;
                assert!(said.ends_with("both stores answer the same\n"), "{said}");
                let same: usize = said.split(' ').nth(5).unwrap().parse().unwrap();
                assert_eq!(same, copied, "{said}");
            },
            on(&away),
        )
        .await;
    assert_eq!(answers(&app, &again(&app, &owner), &sites).await, before);
    expect_whole(&app).await;
}
