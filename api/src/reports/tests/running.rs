//! Days that are counted while they go on: whatever comes, they are what their rows count.

use super::random::{Dice, acts};
use super::world::{Act, World, view};
use crate::events::rolled::RUNNING;
use crate::events::statement::Statement;
use crate::reports::rollups::{Running, roll_all, run_up};
use jiff::Timestamp;
use jiff::civil::{Date, date};
use serde_json::{Value, json};
use shared::ids::SiteId;

fn site_a() -> SiteId {
    SiteId("site_a".to_owned())
}

/// Asks so that days are brought up to date, and counts them anew.
async fn check_days(world: &World, days: &[Date], what: &str) {
    let range = json!([days[0].to_string(), days[days.len() - 1].to_string()]);
    world.rows(json!({"metrics": ["visitors"], "date_range": range})).await;
    for day in days {
        assert!(world.events.behind(&site_a(), *day).is_none(), "{day} {what}");
        let known = world.events.rolled_days(&site_a(), *day, *day);
        let (rolled, steady) = (known.split(0).rolled, known.split(RUNNING).rolled);
        assert_eq!((rolled.len(), steady.len()), (1, 0), "{day} {what}");
        world.expect_counted("site_a", *day, true).await;
    }
}

/// Random acts of two days of a zone, which come some at a time and not in their order, in the hour in which both are counted.
async fn compare_in(zone: &str, first: Date, seed: u64) {
    let at = |text: &str| text.parse::<Timestamp>().unwrap().as_millisecond();
    let mut dice = Dice(seed);
    let all = acts(
        &mut dice,
        at("2026-03-10T18:00:00Z"),
        at("2026-03-11T20:00:00Z"),
        25,
        700,
    );
    let second = first.tomorrow().unwrap();
    let now = second.at(0, 59, 59, 0).in_tz(zone).unwrap().timestamp();
    let world = World::new(zone, &now.to_string(), &all[..150]).await;
    if !world.rolls() {
        return;
    }
    let days = [first, second];
    let mut rest: Vec<&[Act]> = Vec::new();
    let mut left = &all[150..];
    while !left.is_empty() {
        let (some, more) = left.split_at(left.len().min(1 + dice.roll(40) as usize));
        rest.push(some);
        left = more;
    }
    // Some come late: behind what happened after them.
    for n in 1..rest.len() {
        if dice.roll(4) == 0 {
            rest.swap(n - 1, n);
        }
    }
    for day in days {
        let work = run_up(world.events.dialect(), &site_a(), day, 1_000_000);
        assert!(world.events.run(&site_a(), day, work).await.unwrap());
    }
    for (n, some) in rest.into_iter().enumerate() {
        world.happen(some).await;
        // Sometimes nobody asks for a while.
        if dice.roll(3) > 0 {
            check_days(&world, &days, &format!("in {zone} after {n} with seed {seed}")).await;
        }
    }
    check_days(&world, &days, "in the end").await;
    // Once they are over, they are rolled up whole.
    roll_all(&world.events, |_| Some(second)).await.unwrap();
    let known = world.events.rolled_days(&site_a(), first, second);
    assert_eq!(known.split(RUNNING).rolled, [(first, second)]);
    assert!(!world.events.is_running(&site_a(), first));
}

#[tokio::test]
async fn running_days_in_utc() {
    compare_in("UTC", date(2026, 3, 10), 7).await;
}

#[tokio::test]
async fn running_days_in_los_angeles() {
    compare_in("America/Los_Angeles", date(2026, 3, 10), 8).await;
}

#[tokio::test]
async fn running_days_in_auckland() {
    compare_in("Pacific/Auckland", date(2026, 3, 11), 9).await;
}

#[tokio::test]
async fn a_day_is_counted_while_it_goes_on_if_it_is_asked_about_and_has_many_events() {
    let now: Timestamp = "2026-03-12T10:30:00Z".parse().unwrap();
    let day = date(2026, 3, 12);
    let act = |who: u64, second: u64| {
        let at_ms = "2026-03-12T00:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        Act {
            at_ms: at_ms + (second * 1000).cast_signed(),
            ..view(who, "2026-03-12T00:00:00Z", "/")
        }
    };
    let many: Vec<Act> = (0..999).map(|n| act(n % 100, 5 * n)).collect();
    let world = World::new("UTC", &now.to_string(), &many).await;
    if !world.rolls() {
        return;
    }
    let mut running = Running::default();
    let ask = async |filters: Value| {
        let asked = json!({"metrics": ["visitors", "visits", "pageviews"], "date_range": "day", "filters": filters});
        world.rows(asked).await[0][1].clone()
    };
    let is_running = || world.events.is_running(&site_a(), day);
    assert_eq!(ask(json!([])).await, json!([100, 100, 999]));
    running.round(&world.events).await.unwrap();
    assert!(!is_running(), "so few events are asked of the rows");
    world.happen(&[act(1, 5_000)]).await;
    running.round(&world.events).await.unwrap();
    assert!(is_running());

    // So that the answer tells where it came from.
    let mut work = run_up(world.events.dialect(), &site_a(), day, 1_000_000);
    work.inserts.push(Statement::plain(
        "UPDATE rollups SET visitors = visitors + 70000 WHERE family = '' AND part = 'events'",
    ));
    assert!(world.events.run(&site_a(), day, work).await.unwrap());
    assert_eq!(ask(json!([])).await, json!([70_100, 100, 1000]));
    // What comes then is added to it; what is filtered is asked of the rows.
    world.happen(&[act(2, 5_001), act(5000, 5_002), act(5000, 5_003)]).await;
    assert_eq!(ask(json!([])).await, json!([70_101, 101, 1003]));
    let of_a_page = json!([["is", "visit:entry_page", ["/"]]]);
    assert_eq!(ask(of_a_page).await, json!([101, 101, 1003]));
    // What the worker does for those who wait is the same.
    world.happen(&[act(5001, 5_004)]).await;
    running.round(&world.events).await.unwrap();
    assert!(world.events.behind(&site_a(), day).is_none());
    assert_eq!(ask(json!([])).await, json!([70_102, 102, 1004]));

    // When some of its rows go, it is asked of the rows.
    world.events.delete_before(&site_a(), day).await.unwrap();
    assert!(!is_running());
    assert_eq!(ask(json!([])).await, json!([102, 102, 1004]));
    running.round(&world.events).await.unwrap();
    assert!(is_running());
    // A visit whose number changes within the day is of two visitors: no mark says who is counted.
    let mut other = act(6, 5_005).event("site_a", &world.zone);
    other.visitor_before = Some(other.visitor);
    other.visitor = 1;
    world.events.fill(vec![other]).await.unwrap();
    assert_eq!(ask(json!([])).await, json!([103, 102, 1005]));
    assert!(
        world.events.behind(&site_a(), day).is_some(),
        "so many rows are read sooner than others are counted"
    );
    running.round(&world.events).await.unwrap();
    assert!(!is_running());
    assert_eq!(ask(json!([])).await, json!([103, 102, 1005]));
}
