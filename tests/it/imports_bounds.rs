//! What a file may hold: lines, rows, numbers and days out of all bounds harm neither the server nor the site.

use crate::imported_totals::archive;
use crate::imports::{counts, ended, gzip, import, tally, upload, view};
use crate::support::{Actor, TestApp};
use serde_json::{Value, json};

const HEADER: &str = "date,visitors,pageviews,bounces,visits,visit_duration\n";

async fn answers_all_time(owner: &Actor, site_id: &str) -> Value {
    let query = json!({"metrics": ["visitors", "visit_duration"], "date_range": "all"});
    let answer = owner.post(&format!("/api/v1/sites/{site_id}/query"), query).await;
    answer.expect_status(200).json()["results"][0]["metrics"].clone()
}

#[tokio::test]
async fn days_of_a_clock_that_was_never_set_are_left_out_and_all_time_is_answered() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let log = view("198.51.100.1", "01/Jan/1970:00:00:07", "/")
        + &view("198.51.100.1", "01/Jan/0001:12:00:00", "/")
        + &view("198.51.100.1", "06/Mar/2026:12:00:00", "/");
    let brought = import(&owner, &site_id, "", log).await;
    assert_eq!(tally(&brought), counts([("lines", 3), ("taken", 1), ("past", 2)]));
    // The clock stands at 10 March; the site's tomorrow may be today where the export was made.
    let rows = "1970-01-01,5,5,5,5,5\n2026-03-11,1,1,1,1,4\n2026-03-12,7,7,7,7,7\n";
    let totals = archive(&[("imported_visitors_1.csv", &format!("{HEADER}{rows}"))]);
    let brought = import(&owner, &site_id, "", totals).await;
    assert_eq!(
        tally(&brought),
        counts([("lines", 3), ("taken", 1), ("past", 1), ("future", 1)])
    );
    assert_eq!(answers_all_time(&owner, &site_id).await[0], 1);
}

#[tokio::test]
async fn numbers_that_no_site_has_are_refused_and_their_sums_are_answered() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let rows = "2026-03-01,9223372036854775807,1,1,1,1\n2026-03-02,1000000000000,1,1,1,1\n".to_owned();
    // Sums of many rows that are taken leave 64 bits once they are milliseconds.
    let rows = rows + &"2026-03-03,1000000000000,1,1,1,1000000000000\n".repeat(10_000);
    let totals = archive(&[("imported_visitors_1.csv", &format!("{HEADER}{rows}"))]);
    let brought = import(&owner, &site_id, "", totals).await;
    assert_eq!(
        tally(&brought),
        counts([("lines", 10_002), ("taken", 10_001), ("bad", 1)])
    );
    assert_eq!(brought["bad_lines"][0]["detail"], "visitors: a number is too large");
    assert_eq!(
        answers_all_time(&owner, &site_id).await[0],
        json!(1_000_000_000_000_000_i64)
    );
}

#[tokio::test]
async fn a_row_without_end_ends_an_import() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let row = format!("{HEADER}2026-03-01,\"{}", "x".repeat(4 << 20));
    let failed = import(&owner, &site_id, "", archive(&[("imported_visitors_1.csv", &row)])).await;
    let problem = failed["problem"].as_str().unwrap();
    assert!(problem.contains("a row has more than 65536 bytes"), "{problem}");
}

#[tokio::test]
async fn a_line_without_end_is_given_up_and_unpacked_bytes_are_bounded() {
    let app = TestApp::start_with(|config| config.imports.unpacked_max_bytes = 4 << 20).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let last = view("198.51.100.1", "06/Mar/2026:12:00:00", "/");
    let long = format!("{}\n{last}", "x".repeat(5 << 19));
    let brought = import(&owner, &site_id, "", gzip(long.as_bytes())).await;
    assert_eq!(tally(&brought), counts([("lines", 4), ("bad", 3), ("taken", 1)]));

    let first = view("198.51.100.2", "06/Mar/2026:12:00:00", "/first");
    let huge = format!("{first}{}", "y".repeat(5 << 20));
    let failed = import(&owner, &site_id, "", gzip(huge.as_bytes())).await;
    let problem = failed["problem"].as_str().unwrap();
    assert!(problem.contains("unpacks to more than 4194304 bytes"), "{problem}");
    let rows = "2026-03-01,1,1,1,1,1\n".repeat(250_000);
    let huge = archive(&[("imported_visitors_1.csv", &format!("{HEADER}{rows}"))]);
    let failed = import(&owner, &site_id, "", huge).await;
    let problem = failed["problem"].as_str().unwrap();
    assert!(problem.contains("unpack to more than 4194304 bytes"), "{problem}");
}

#[tokio::test]
async fn a_long_import_keeps_no_other_site_waiting_and_ends_when_it_is_removed() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let other = owner.add_site("b.example").await;
    let endless = gzip(&vec![b'x'; 1 << 28]);
    let begun = upload(&owner, &site_id, "", endless).await.expect_status(201).json();
    let line = view("198.51.100.1", "06/Mar/2026:12:00:00", "/");
    let brought = import(&owner, &other, "", line).await;
    assert_eq!(tally(&brought), counts([("lines", 1), ("taken", 1)]));
    let path = format!("/api/v1/sites/{site_id}/imports/{}", begun["id"].as_str().unwrap());
    let now = owner.get(&path).await.expect_status(200).json();
    assert!(matches!(now["status"].as_str(), Some("waiting" | "running")), "{now}");
    owner.delete(&path).await.expect_status(204);
    owner.get(&path).await.expect_status(404);
    let line = view("198.51.100.1", "06/Mar/2026:12:00:00", "/");
    let brought = import(&owner, &site_id, "", line).await;
    assert_eq!(tally(&brought), counts([("lines", 1), ("taken", 1)]));
}

#[tokio::test]
async fn ten_files_of_a_site_wait_and_no_more() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let line = |n: usize| view("198.51.100.1", &format!("06/Mar/2026:12:00:{n:02}"), "/");
    let writing = app.state.imports.turn().await;
    let mut begun = Vec::new();
    for n in 0..10 {
        begun.push(upload(&owner, &site_id, "", line(n)).await.expect_status(201).json()["id"].clone());
    }
    let refused = upload(&owner, &site_id, "", line(10)).await;
    refused.expect_status(409).expect_problem("limit_reached");
    drop(writing);
    for id in &begun {
        assert_eq!(ended(&owner, &site_id, id).await["status"], "done");
    }
    upload(&owner, &site_id, "", line(10)).await.expect_status(201);
}

#[tokio::test]
async fn a_known_file_keeps_its_name_and_no_name_is_invisible() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let line = || view("198.51.100.1", "06/Mar/2026:12:00:00", "/");
    let refused = upload(&owner, &site_id, "?name=a%00b", line()).await;
    refused.expect_status(422).expect_pointers(&["?name"]);
    import(&owner, &site_id, "?name=access.log", line()).await;
    let again = import(&owner, &site_id, "", line()).await;
    assert_eq!(again["name"], "access.log");
}
