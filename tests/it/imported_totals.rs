//! Plausible's export: totals of days, beside what was collected and never twice.

use crate::imports::{counts, import, tally, view};
use crate::ingest::{expect_stored, pageview, visitor};
use crate::support::TestApp;
use serde_json::{Value, json};

pub fn archive(files: &[(&str, &str)]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in files {
        zip.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

async fn days(app: &TestApp, columns: &str, family: &str) -> Vec<String> {
    let sql = format!("SELECT {columns} FROM imported_days WHERE family = '{family}' ORDER BY ALL");
    let statement = api::events::statement::Statement::plain(sql);
    let rows = app.state.events.query(statement).await.unwrap().into_iter();
    let line =
        |row: Vec<api::events::statement::Cell>| row.into_iter().map(|cell| cell.into_text()).collect::<Vec<_>>();
    rows.map(|row| line(row).join("|")).collect()
}

#[tokio::test]
async fn plausibles_export_becomes_totals_of_days_that_have_no_other_numbers() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    import(
        &owner,
        &site_id,
        "",
        view("198.51.100.1", "02/Mar/2026:08:00:00", "/logged"),
    )
    .await;
    let files = [
        (
            "imported_visitors_20260301_20260302.csv",
            "\"date\",\"visitors\",\"pageviews\",\"bounces\",\"visits\",\"visit_duration\"\n\"2026-03-01\",5,9,2,6,300\n\"2026-03-02\",7,8,1,7,10\n",
        ),
        (
            "imported_sources_20260301_20260302.csv",
            "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,pageviews,visitors,visits,visit_duration,bounces\n\
             2026-03-01,Google,google.com,,,,,,5,3,4,200,1\n2026-03-01,,,,,,,,4,2,2,100,1\n2026-03-01,Google,,,cpc,,,,x,1,1,1,1\n",
        ),
        (
            "imported_locations_20260301_20260302.csv",
            "date,country,region,city,visitors,visits,visit_duration,bounces,pageviews\n2026-03-01,DE,DE-BE,2950159,5,6,300,2,9\n",
        ),
        ("imported_unknown.csv", "date\n2026-03-01\n"),
    ];
    let brought = import(&owner, &site_id, "?name=export.zip", archive(&files)).await;
    assert_eq!(
        (&brought["kind"], &brought["status"]),
        (&json!("plausible"), &json!("done")),
        "{brought}"
    );
    assert_eq!(
        tally(&brought),
        counts([("lines", 6), ("taken", 4), ("covered", 1), ("bad", 1)])
    );
    assert_eq!(
        brought["bad_lines"],
        json!([{"line": 4, "detail": "sources: a number can't be read"}])
    );
    let sums = "local_date, visitors, visits, pageviews, bounces, duration_s";
    assert_eq!(days(&app, sums, "visitors").await, ["20513|5|6|9|2|300"]);
    assert_eq!(
        days(&app, "source, channel, referrer, visits", "sources").await,
        ["|Direct||2", "Google|Organic Search|google.com|4"]
    );
    assert_eq!(
        days(&app, "country, region, city, visitors", "locations").await,
        ["DE|DE-BE||5"]
    );

    // Given again it is known, and another export of the same days adds nothing; nor does a log.
    import(&owner, &site_id, "", archive(&files)).await;
    assert_eq!(days(&app, "visitors", "visitors").await, ["5"]);
    let other = import(&owner, &site_id, "", archive(&files[..1])).await;
    assert_eq!(tally(&other), counts([("lines", 2), ("covered", 2)]));
    let log = import(
        &owner,
        &site_id,
        "",
        view("198.51.100.2", "01/Mar/2026:08:00:00", "/late"),
    )
    .await;
    assert_eq!(tally(&log), counts([("lines", 1), ("covered", 1)]));
    let path = format!("/api/v1/sites/{site_id}/imports/{}", brought["id"].as_str().unwrap());
    owner.delete(&path).await.expect_status(204);
    assert!(days(&app, "visitors", "visitors").await.is_empty());
    for (bytes, problem) in [
        (archive(&[("readme.txt", "x")]), "no files of Plausible's export"),
        (archive(&[("imported_pages.csv", "day,page\n")]), "no column `date`"),
        (b"PK\x03\x04 broken".to_vec(), "can't be read"),
    ] {
        let failed = import(&owner, &site_id, "", bytes).await;
        assert_eq!(failed["status"], "failed");
        assert!(failed["problem"].as_str().unwrap().contains(problem), "{failed}");
    }
}

#[tokio::test]
async fn imported_totals_stand_beside_what_was_collected() {
    let app = TestApp::start().await;
    let (owner, site_id) = app.owner_of("a.example").await;
    expect_stored(visitor(&app).post("/api/event", pageview("/live")).await);
    app.state.events.drained().await;
    let files = [
        (
            "imported_visitors.csv",
            "date,visitors,pageviews,bounces,visits,visit_duration\n2026-03-01,5,9,2,6,300\n2026-03-08,1,1,1,1,0\n2026-03-10,50,90,20,60,3000\n",
        ),
        (
            "imported_sources.csv",
            "date,source,referrer,utm_source,utm_medium,utm_campaign,utm_content,utm_term,pageviews,visitors,visits,visit_duration,bounces\n\
             2026-03-01,Google,google.com,,,,,,5,3,4,200,1\n2026-03-01,,,,,,,,4,2,2,100,1\n2026-03-08,,,,,,,,1,1,1,0,1\n",
        ),
        (
            "imported_pages.csv",
            "date,hostname,page,visits,visitors,pageviews,total_scroll_depth,total_scroll_depth_visits,total_time_on_page,total_time_on_page_visits\n\
             2026-03-01,a.example,/live,4,3,5,120,2,60,4\n2026-03-01,a.example,/old,3,2,4,0,0,0,0\n",
        ),
    ];
    import(&owner, &site_id, "", archive(&files)).await;
    let ask = async |metrics: Value, dimensions: Value, filters: Value, range: Value| {
        let query = json!({"metrics": metrics, "dimensions": dimensions, "filters": filters, "date_range": range});
        let answer = owner.post(&format!("/api/v1/sites/{site_id}/query"), query).await;
        let answer = answer.expect_status(200).json();
        let rows = answer["results"].as_array().unwrap().iter();
        let rows: Value = rows.map(|row| json!([row["dimensions"], row["metrics"]])).collect();
        (rows, answer["meta"]["imports_included"].clone())
    };
    let march = json!(["2026-03-01", "2026-03-31"]);
    let all = json!([
        "visitors",
        "visits",
        "pageviews",
        "bounce_rate",
        "visit_duration",
        "views_per_visit"
    ]);
    let yes = json!(true);
    // 5 + 1 imported and 1 live; the export's own 10 March is left out.
    let (total, included) = ask(all, json!([]), json!([]), march.clone()).await;
    assert_eq!(
        (total, included),
        (json!([[[], [7, 8, 11, 50.0, 37.5, 1.38]]]), yes.clone())
    );
    let (weeks, _) = ask(json!(["visitors"]), json!(["time:day"]), json!([]), json!("month")).await;
    assert_eq!(
        weeks,
        json!([[["2026-03-01"], [5]], [["2026-03-08"], [1]], [["2026-03-10"], [1]]])
    );
    let (since, _) = ask(json!(["visitors"]), json!([]), json!([]), json!("all")).await;
    assert_eq!(since, json!([[[], [7]]]), "all time begins with what was imported");
    let (sources, _) = ask(
        json!(["visitors", "percentage"]),
        json!(["visit:source"]),
        json!([]),
        march.clone(),
    )
    .await;
    assert_eq!(
        sources,
        json!([[["Direct / None"], [4, 57.14]], [["Google"], [3, 42.86]]])
    );
    let google = json!([["is", "visit:source", ["Google"]]]);
    let (channels, _) = ask(
        json!(["visits"]),
        json!(["visit:channel"]),
        google.clone(),
        march.clone(),
    )
    .await;
    assert_eq!(channels, json!([[["Organic Search"], [4]]]));
    let pages = json!(["pageviews", "time_on_page", "scroll_depth"]);
    let (pages, _) = ask(pages, json!(["event:page"]), json!([]), march.clone()).await;
    assert_eq!(
        pages,
        json!([[["/live"], [6, 15.0, 60.0]], [["/old"], [4, null, null]]])
    );

    // What no one file knows is answered without the imports, and told.
    for (metrics, dimensions, filters, range) in [
        (json!(["visitors"]), json!(["event:page"]), google, march.clone()),
        (
            json!(["visitors"]),
            json!(["visit:source", "visit:country"]),
            json!([]),
            march.clone(),
        ),
        (json!(["bounce_rate"]), json!(["event:page"]), json!([]), march.clone()),
        (json!(["visitors"]), json!(["time:hour"]), json!([]), json!("7d")),
        (
            json!(["visitors"]),
            json!([]),
            json!([]),
            json!(["2026-03-08T10:00:00Z", "2026-03-08T12:00:00Z"]),
        ),
        (json!(["visitors"]), json!(["event:props:plan"]), json!([]), march),
    ] {
        let (_, included) = ask(metrics, dimensions.clone(), filters, range).await;
        assert_eq!(included, json!(false), "{dimensions}");
    }
    // Where only the period before has imported days, this one has none of their numbers.
    let query = json!({
        "metrics": ["visitors", "pageviews", "percentage"], "date_range": ["2026-03-09", "2026-03-10"],
        "include": {"comparison": {"mode": "previous_period"}}
    });
    let answer = owner
        .post(&format!("/api/v1/sites/{site_id}/query"), query)
        .await
        .json();
    let row = &answer["results"][0];
    assert_eq!(row["metrics"], json!([1, 1, 100.0]));
    assert_eq!(row["comparison"]["metrics"], json!([1, 1, 100.0]));
    // A share is one of the same visitors that are counted.
    let march = json!(["2026-03-01", "2026-03-31"]);
    owner.add_goal(&site_id, json!({"path": "/live"})).await;
    for (metric, dimensions, row) in [
        (
            "percentage",
            json!(["visit:source", "visit:country"]),
            json!([["Direct / None", "(none)"], [1, 100.0]]),
        ),
        (
            "conversion_rate",
            json!(["event:goal"]),
            json!([["Visit /live"], [1, 100.0]]),
        ),
    ] {
        let (rows, included) = ask(json!(["visitors", metric]), dimensions, json!([]), march.clone()).await;
        assert_eq!((rows, included), (json!([row]), json!(false)));
    }
    // Where the range has no imported day nothing is left out, whatever is asked.
    for range in [
        json!("24h"),
        json!(["2026-03-02", "2026-03-07"]),
        json!(["2026-03-09", "2026-03-10"]),
    ] {
        let (_, included) = ask(json!(["visitors"]), json!(["event:props:plan"]), json!([]), range).await;
        assert_eq!(included, json!(null));
    }
    let other = owner.add_site("b.example").await;
    let query = json!({"metrics": ["visitors"], "date_range": "7d"});
    let answer = owner.post(&format!("/api/v1/sites/{other}/query"), query).await.json();
    assert_eq!(answer["meta"].get("imports_included"), None);
}
