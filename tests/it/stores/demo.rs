//! The made-up year.

use super::support::{number, open, table};
use api::demo::{Profile, Site, fill};
use jiff::tz::TimeZone;
use shared::ids::SiteId;

#[tokio::test]
async fn a_year_has_visits_on_every_day_and_grows() {
    let folder = tempfile::tempdir().unwrap();
    let events = open(folder.path()).await;
    let site = Site {
        id: SiteId("site_a".into()),
        domain: "a.example".into(),
        zone: TimeZone::get("Europe/Berlin").unwrap(),
        profile: Profile::product(),
    };
    let now = "2026-03-10T12:00:00Z".parse().unwrap();
    let start = std::time::Instant::now();
    let count = fill(&events, &site, 7, now).await.unwrap();
    println!("{count} events in {:?}", start.elapsed());
    assert_eq!(
        number(&events, "SELECT count(*) FROM events").await,
        count as i64,
        "none without a visit"
    );
    assert_eq!(
        number(&events, "SELECT count(DISTINCT local_date) FROM visits").await,
        366
    );
    let quarters = "SELECT CAST(count(*) AS BIGINT) FROM visits GROUP BY local_date > DATE '2025-09-10' ORDER BY 1";
    let halves: Vec<i64> = table(&events, quarters)
        .await
        .iter()
        .map(|n| n.parse().unwrap())
        .collect();
    assert!(halves[1] > halves[0] * 5 / 4, "{halves:?}");
    let doubled =
        "SELECT count(*) FROM (SELECT visitor FROM events GROUP BY visitor HAVING count(DISTINCT local_date) > 1)";
    assert_eq!(number(&events, doubled).await, 0, "a visitor's number lives one day");
}
