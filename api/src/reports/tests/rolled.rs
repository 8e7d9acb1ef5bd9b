//! Days that are rolled up: that they are what is told, when they are, and when they are not.

use super::world::{Act, World, view};
use crate::events::event::Attributes;
use crate::events::rolled::RollUp;
use crate::events::statement::Statement;
use crate::reports::rollups::{roll_all, roll_up};
use jiff::civil::date;
use serde_json::{Value, json};
use shared::ids::SiteId;

const NOW: &str = "2026-03-12T10:30:00Z";

#[tokio::test]
async fn a_day_that_is_rolled_up_is_not_counted_again_until_it_changes() {
    let world = World::new(
        "UTC",
        NOW,
        &[
            view(1, "2026-03-09T09:00:00Z", "/"),
            view(1, "2026-03-10T09:00:00Z", "/"),
            view(2, "2026-03-10T23:50:00Z", "/"),
            view(3, "2026-03-11T09:00:00Z", "/"),
        ],
    )
    .await;
    if !world.rolls() {
        return;
    }
    let by_day = || async {
        let range = json!(["2026-03-09", "2026-03-11"]);
        let asked = json!({"metrics": ["visitors", "visits"], "date_range": range, "dimensions": ["time:day"]});
        world.rows(asked).await
    };
    let (ninth, tenth) = (date(2026, 3, 9), date(2026, 3, 10));
    let counted = json!([
        [["2026-03-09"], [1, 1]],
        [["2026-03-10"], [2, 2]],
        [["2026-03-11"], [1, 1]]
    ]);
    assert_eq!(by_day().await, counted);
    let waiting = || {
        world
            .events
            .waiting_days(|site_id| (site_id == "site_a").then_some(tenth))
    };
    assert_eq!(waiting(), [("site_a".to_owned(), ninth), ("site_a".to_owned(), tenth)]);
    roll_all(&world.events, |_| Some(tenth)).await.unwrap();
    assert_eq!(waiting(), []);
    assert_eq!(by_day().await, counted);
    // What is rolled up is what is told.
    let site_id = SiteId("site_a".to_owned());
    let row = |day: &str, part: &str, numbers: &str| {
        let sql = format!("INSERT INTO rollups VALUES ('site_a', DATE '{day}', '', '{part}', '', {numbers})");
        Statement::plain(sql)
    };
    let planted = ["2026-03-09", "2026-03-10"].map(|day| {
        let events = row(day, "events", "100, 0, 0, 0, 0, 0, 0");
        [events, row(day, "visits", "0, 0, 0, 200, 0, 0, 0")]
    });
    let planted = RollUp {
        inserts: planted.into_iter().flatten().collect(),
        unsteady: None,
    };
    world.events.roll(&site_id, (ninth, tenth), planted).await.unwrap();
    let planted = json!([
        [["2026-03-09"], [100, 200]],
        [["2026-03-10"], [100, 200]],
        [["2026-03-11"], [1, 1]]
    ]);
    assert_eq!(by_day().await, planted);
    // An event of the eleventh goes on with a visit of the tenth: both are counted anew, the ninth is not.
    world.happen(&[view(2, "2026-03-11T00:10:00Z", "/pricing")]).await;
    let changed = json!([
        [["2026-03-09"], [100, 200]],
        [["2026-03-10"], [2, 2]],
        [["2026-03-11"], [2, 1]]
    ]);
    assert_eq!(by_day().await, changed);
    // What is older than a site keeps is gone from here too.
    world.events.delete_before(&site_id, tenth).await.unwrap();
    let kept = json!([[["2026-03-10"], [2, 2]], [["2026-03-11"], [2, 1]]]);
    assert_eq!(by_day().await, kept);
}

#[tokio::test]
async fn a_day_that_is_counted_anew_is_what_was_rolled_up() {
    let acts = [
        with_browser(1, "2026-03-09T09:00:00Z", "Firefox", "Google"),
        with_browser(1, "2026-03-09T12:00:00Z", "Chrome", ""),
        view(2, "2026-03-09T23:50:00Z", "/"),
        view(2, "2026-03-10T00:10:00Z", "/pricing"),
    ];
    let world = World::new("UTC", NOW, &acts).await;
    if !world.rolls() {
        return;
    }
    roll_all(&world.events, |_| Some(date(2026, 3, 10))).await.unwrap();
    for day in [date(2026, 3, 9), date(2026, 3, 10)] {
        let rows = world.expect_counted("site_a", day, false).await;
        assert!(rows.into_iter().all(|rows| rows > 0));
    }
}

/// A view by somebody with a browser, who came from somewhere.
fn with_browser(who: u64, at: &str, browser: &str, source: &str) -> Act {
    Act {
        attributes: Attributes {
            browser: browser.into(),
            source: source.into(),
            country: "DE".into(),
            ..Attributes::default()
        },
        ..view(who, at, "/")
    }
}

#[tokio::test]
async fn marks_count_where_they_are_exact_and_rows_where_they_are_not() {
    let acts = [
        with_browser(1, "2026-03-09T09:00:00Z", "Firefox", "Google"),
        with_browser(1, "2026-03-09T12:00:00Z", "Firefox", "Bing"),
        with_browser(2, "2026-03-09T09:00:00Z", "Chrome", "Google"),
        // Somebody whose browser was updated meanwhile.
        with_browser(3, "2026-03-10T09:00:00Z", "Firefox", "Google"),
        with_browser(3, "2026-03-10T12:00:00Z", "Chrome", "Google"),
    ];
    let world = World::new("UTC", NOW, &acts).await;
    if !world.rolls() {
        return;
    }
    let site_id = SiteId("site_a".to_owned());
    for day in [date(2026, 3, 9), date(2026, 3, 10)] {
        let mut work = roll_up(world.events.dialect(), &site_id, (day, day));
        // So that the answer tells where it came from.
        let planted = [
            "UPDATE visit_days SET first = first * 100, first_source = first_source * 10, pageviews = pageviews * 1000",
            "UPDATE audience_days SET visitors = visitors * 50",
        ];
        let planted = planted.map(|sql| Statement::plain(format!("{sql} WHERE local_date = DATE '{day}'")));
        work.inserts.extend(planted);
        world.events.roll(&site_id, (day, day), work).await.unwrap();
    }
    let ask = async |day: &str, dimensions: Value, filters: Value| {
        let asked = json!({
            "metrics": ["visitors", "pageviews"], "date_range": [day, day], "dimensions": dimensions, "filters": filters
        });
        world.rows(asked).await
    };
    let (ninth, tenth) = ("2026-03-09", "2026-03-10");
    let from_germany = json!([["is", "visit:country", ["DE"]]]);
    let marked = ask(ninth, json!([]), from_germany.clone()).await;
    assert_eq!(marked, json!([[[], [200, 3000]]]));
    let by_source = ask(ninth, json!(["visit:source"]), from_germany.clone()).await;
    assert_eq!(by_source, json!([[["Google"], [20, 2000]], [["Bing"], [10, 1000]]]));
    let of_one_source = ask(ninth, json!([]), json!([["is", "visit:source", ["Google"]]])).await;
    assert_eq!(of_one_source, json!([[[], [20, 2000]]]));
    // Somebody who came from two of them is one visitor.
    let of_two = ask(ninth, json!([]), json!([["is", "visit:source", ["Google", "Bing"]]])).await;
    assert_eq!(of_two, json!([[[], [2, 3000]]]));
    let by_another = json!([["is", "visit:source", ["Google"]]]);
    let by_another = ask(ninth, json!(["visit:entry_page"]), by_another).await;
    assert_eq!(by_another, json!([[["/"], [20, 2000]]]));
    // On the tenth a browser changed, a country did not.
    let marked = ask(tenth, json!([]), from_germany.clone()).await;
    assert_eq!(marked, json!([[[], [100, 2000]]]));
    let by_browser = ask(tenth, json!(["visit:browser"]), from_germany.clone()).await;
    assert_eq!(by_browser, json!([[["Chrome"], [1, 1000]], [["Firefox"], [1, 1000]]]));
    let both = json!([["is", "visit:browser", ["Chrome", "Firefox"]]]);
    assert_eq!(ask(tenth, json!([]), both).await, json!([[[], [1, 2000]]]));
    // Pages by whom are added over browsers.
    let by_page = ask(ninth, json!(["event:page"]), from_germany.clone()).await;
    assert_eq!(by_page, json!([[["/"], [100, 3]]]));
    let by_page = ask(tenth, json!(["event:page"]), from_germany).await;
    assert_eq!(by_page, json!([[["/"], [1, 2]]]));
}

#[tokio::test]
async fn pages_are_counted_by_what_their_visits_had() {
    let from = |who: u64, at: &str, page: &str, source: &str| Act {
        attributes: Attributes {
            source: source.into(),
            ..Attributes::default()
        },
        ..view(who, at, page)
    };
    let acts = [
        from(1, "2026-03-09T09:00:00Z", "/", "Google"),
        from(1, "2026-03-09T12:00:00Z", "/pricing", "Google"),
        from(1, "2026-03-09T15:00:00Z", "/", "Google"),
        from(2, "2026-03-09T09:00:00Z", "/", "Google"),
        from(2, "2026-03-09T09:05:00Z", "/pricing", ""),
        from(2, "2026-03-09T23:55:00Z", "/pricing", "Bing"),
        from(2, "2026-03-10T00:05:00Z", "/docs", ""),
    ];
    let world = World::new("UTC", NOW, &acts).await;
    if !world.rolls() {
        return;
    }
    let site_id = SiteId("site_a".to_owned());
    let days = (date(2026, 3, 9), date(2026, 3, 10));
    let mut work = roll_up(world.events.dialect(), &site_id, days);
    // So that the answer tells where it came from.
    let planted = [
        "UPDATE visit_days SET first_source = first_source * 10, first_entry_page = first_entry_page * 10",
        "UPDATE page_days SET visitors = visitors * 50, visits = visits * 70",
    ];
    work.inserts.extend(planted.map(Statement::plain));
    world.events.roll(&site_id, days, work).await.unwrap();
    let ask = async |day: &str, metrics: Value, dimensions: Value, filters: Value| {
        let asked = json!({"metrics": metrics, "date_range": [day, day], "dimensions": dimensions, "filters": filters});
        world.rows(asked).await
    };
    let (ninth, tenth) = ("2026-03-09", "2026-03-10");
    let (visitors, both) = (json!(["visitors"]), json!(["visitors", "visits"]));
    let page = |page: &str| json!(["is", "event:page", [page]]);
    let of_google = json!([["is", "visit:source", ["Google"]]]);

    // Who has two visits is counted by marks, who has more is counted once.
    let entries = ask(ninth, visitors.clone(), json!(["visit:entry_page"]), of_google.clone()).await;
    assert_eq!(entries, json!([[["/"], [11]], [["/pricing"], [1]]]));
    let pages = ask(ninth, visitors.clone(), json!(["event:page"]), of_google).await;
    assert_eq!(pages, json!([[["/"], [100]], [["/pricing"], [100]]]));
    let pricing = json!([page("/pricing")]);
    let sources = ask(ninth, visitors.clone(), json!(["visit:source"]), pricing.clone()).await;
    assert_eq!(sources, json!([[["Google"], [100]], [["Bing"], [50]]]));
    let by_day = ask(ninth, both.clone(), json!(["time:day"]), pricing.clone()).await;
    assert_eq!(by_day, json!([[[ninth], [100, 210]]]));
    assert_eq!(
        ask(ninth, both.clone(), json!([]), pricing).await,
        json!([[[], [100, 210]]])
    );
    // A visit has what it has after midnight, and counts where it began.
    let docs = json!([page("/docs")]);
    assert_eq!(
        ask(ninth, both.clone(), json!([]), docs.clone()).await,
        json!([[[], [0, 70]]])
    );
    assert_eq!(ask(tenth, both.clone(), json!([]), docs).await, json!([[[], [50, 0]]]));

    // Of several pages, and of a page under two filters, the rows are asked.
    let two = json!([["is", "event:page", ["/", "/pricing"]]]);
    assert_eq!(ask(ninth, both.clone(), json!([]), two).await, json!([[[], [2, 5]]]));
    let in_one_visit = json!([page("/"), page("/pricing")]);
    assert_eq!(
        ask(ninth, json!(["visits"]), json!([]), in_one_visit).await,
        json!([[[], [1]]])
    );
    let with_source = json!([page("/pricing"), ["is", "visit:source", ["Google"]]]);
    assert_eq!(ask(ninth, both, json!([]), with_source).await, json!([[[], [100, 2]]]));
}

#[tokio::test]
async fn a_whole_month_is_asked_of_its_sum_until_one_of_its_days_changes() {
    let acts = [
        view(1, "2026-02-27T09:00:00Z", "/"),
        view(1, "2026-03-01T09:00:00Z", "/"),
        view(2, "2026-03-31T09:00:00Z", "/"),
        view(2, "2026-03-31T09:05:00Z", "/pricing"),
        view(3, "2026-04-02T09:00:00Z", "/"),
    ];
    let world = World::new("UTC", "2026-04-05T10:30:00Z", &acts).await;
    if !world.rolls() {
        return;
    }
    let (site_id, first_of_april) = (SiteId("site_a".to_owned()), date(2026, 4, 1));
    roll_all(&world.events, |_| Some(date(2026, 4, 3))).await.unwrap();
    let ask = async |range: [&str; 2], dimensions: Value| {
        world
            .rows(json!({"metrics": ["visitors"], "date_range": range, "dimensions": dimensions}))
            .await
    };
    let by_page = json!(["event:page"]);
    let year = ["2026-01-01", "2026-04-05"];
    let right = json!([[["/"], [4]], [["/pricing"], [1]]]);
    assert_eq!(ask(year, by_page.clone()).await, right);
    // So that the answer tells where it came from.
    let plant = async || {
        let planted = RollUp {
            inserts: vec![
                Statement::plain("UPDATE long_months SET visitors = visitors * 100"),
                Statement::plain("UPDATE audience_months SET visitors = visitors * 10"),
                Statement::plain("UPDATE long_audience_months SET visitors = visitors * 10"),
            ],
            unsteady: None,
        };
        world
            .events
            .roll(&site_id, (first_of_april, first_of_april), planted)
            .await
            .unwrap();
    };
    plant().await;
    let planted = json!([[["/"], [202]], [["/pricing"], [100]]]);
    assert_eq!(ask(year, by_page.clone()).await, planted);
    assert_eq!(
        ask(["2026-03-01", "2026-03-31"], by_page.clone()).await,
        json!([[["/"], [200]], [["/pricing"], [100]]])
    );
    // So is a country's month, by whom and by what they did.
    let from_nowhere = async |dimensions: Value| {
        let asked = json!({
            "metrics": ["visitors", "visits"], "date_range": year, "dimensions": dimensions,
            "filters": [["is", "visit:country", ["(none)"]]]
        });
        world.rows(asked).await
    };
    assert_eq!(from_nowhere(json!([])).await, json!([[[], [22, 4]]]));
    assert_eq!(
        from_nowhere(json!(["time:month"])).await,
        json!([
            [["2026-02-01"], [1, 1]],
            [["2026-03-01"], [20, 2]],
            [["2026-04-01"], [1, 1]]
        ])
    );
    let by_entry = json!([[["/"], [22, 4]]]);
    assert_eq!(from_nowhere(json!(["visit:entry_page"])).await, by_entry);
    assert_eq!(from_nowhere(json!(["visit:browser"])).await[0][1], json!([22, 4]));
    let by_week = json!([[["2026-02-23"], [2, 2]], [["2026-03-30"], [2, 2]]]);
    assert_eq!(from_nowhere(json!(["time:week"])).await, by_week);
    // Neither a part of a month nor a question by day is asked of it.
    let part = ask(["2026-03-02", "2026-04-05"], by_page.clone()).await;
    assert_eq!(part, json!([[["/"], [2]], [["/pricing"], [1]]]));
    let by_month = ask(["2026-03-01", "2026-03-31"], json!(["time:month", "event:page"])).await;
    assert_eq!(
        by_month,
        json!([[["2026-03-01", "/"], [2]], [["2026-03-01", "/pricing"], [1]]])
    );

    // A late event takes the month out, and the next round adds it up anew.
    world.happen(&[view(4, "2026-03-15T09:00:00Z", "/")]).await;
    let right = json!([[["/"], [5]], [["/pricing"], [1]]]);
    assert_eq!(ask(year, by_page.clone()).await, right);
    roll_all(&world.events, |_| Some(date(2026, 4, 3))).await.unwrap();
    assert_eq!(ask(year, by_page.clone()).await, right);
    plant().await;
    assert_eq!(
        ask(year, by_page.clone()).await,
        json!([[["/"], [302]], [["/pricing"], [100]]])
    );
    // So does the end of what a site keeps, when it is in the middle of the month.
    world.events.delete_before(&site_id, date(2026, 3, 20)).await.unwrap();
    assert_eq!(
        ask(year, by_page.clone()).await,
        json!([[["/"], [2]], [["/pricing"], [1]]])
    );
}
