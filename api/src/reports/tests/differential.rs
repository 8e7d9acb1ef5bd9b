//! Thousands of random questions: the engine's answers equal the reference's, number by number and row by row.

use super::random::{Dice, acts, filter, query};
use super::reference::{Answer, Reference, other};
use super::world::{Act, World};
use crate::reports::dates::Period;
use jiff::Timestamp;
use jiff::civil::date;
use serde_json::{Value, json};
use shared::query::{Filter, Query};
use shared::query_result::{Number, QueryResult};

const NOW: &str = "2026-04-05T10:30:00Z";
/// Questions a zone; `TEST_QUESTIONS` asks more.
const QUESTIONS: usize = 400;

fn questions() -> usize {
    std::env::var("TEST_QUESTIONS")
        .ok()
        .and_then(|n| n.parse().ok())
        .unwrap_or(QUESTIONS)
}

/// From when a past goes.
const FROM: &str = "2026-03-20T00:00:00Z";

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn past(seed: u64, from: &str) -> Vec<Act> {
    let (from, to) = (at(from), at("2026-04-02T00:00:00Z"));
    acts(&mut Dice(seed), from.as_millisecond(), to.as_millisecond(), 40, 1500)
}

async fn compare_in(zone: &str, seed: u64) {
    compare_from(FROM, zone, seed).await;
}

async fn compare_from(from: &str, zone: &str, seed: u64) {
    let mut acts = past(seed, from);
    // Half of the pasts have months in which nobody changed the browser.
    if from != FROM && seed.is_multiple_of(2) {
        for act in &mut acts {
            act.attributes.browser = ["Firefox", "Chrome", "Safari"][(act.who % 3) as usize].into();
        }
    }
    // The last quarter comes after the days were rolled up, and the rest of the day on which it begins with it.
    let (early, late) = acts.split_at(acts.len() * 3 / 4);
    let world = World::new(zone, NOW, early).await;
    let (rolled, _) = world.roll(date(2026, 4, 1)).await;
    assert_eq!(rolled > 0, world.rolls());
    if world.rolls() {
        // So are the days of a site that has few rows among those of another.
        let mut day = at(from).in_tz(zone).unwrap().date();
        let mut rows = 0;
        while day <= date(2026, 4, 1) {
            rows += world
                .expect_counted("site_noise", day, false)
                .await
                .into_iter()
                .sum::<usize>();
            day = day.tomorrow().unwrap();
        }
        assert!(rows > 100, "{rows}");
    }
    world.happen(late).await;
    let reference = Reference::new(&world.zone, &acts);
    let mut dice = Dice(seed ^ 0xabcdef);
    for n in 0..questions() {
        if n == questions() / 2 {
            let (rolled, raw) = world.roll(date(2026, 3, 31)).await;
            assert!(rolled >= 11 && raw >= 4 || !world.rolls(), "{rolled} and {raw}");
        }
        let mut asked = query(&mut dice);
        match n % 3 {
            0 => make_plain(&mut asked, &mut dice),
            1 => make_filtered(&mut asked, &mut dice),
            _ => {}
        }
        if from != FROM && dice.roll(2) == 0 {
            let months = [["2026-02-20", "2026-04-03"], ["2026-03-01", "2026-03-31"]];
            asked["date_range"] = json!(months[dice.roll(2) as usize]);
        }
        let question: Query = serde_json::from_value(asked.clone()).unwrap();
        // A link's filter: the answer is that of the question with the filter added (T9).
        let forced = (n % 3 == 2 && dice.roll(4) == 0).then(|| segment(filter(&mut dice, 1)));
        let engages = asked["metrics"].to_string().contains("time_on_page")
            || asked["metrics"].to_string().contains("scroll_depth");
        let forced = forced.filter(|forced| !(engages && serde_json::to_string(forced).unwrap().contains("event:")));
        let answer = world
            .ask(question.clone(), forced.clone())
            .await
            .unwrap_or_else(|error| panic!("{asked}: {error:?}"));
        let mut whole = question;
        whole.filters.extend(forced);
        check(&world, &reference, &whole, &answer)
            .unwrap_or_else(|difference| panic!("{zone} {whole:?}\n{asked}\n{difference}"));
    }
}

/// Makes of a question one that rollups answer for the days that they have.
fn make_plain(asked: &mut Value, dice: &mut Dice) {
    let mut dimensions = Vec::new();
    dimensions.extend([None, Some("time:day"), Some("time:week"), Some("time:month")][dice.roll(4) as usize]);
    dimensions.extend(
        [
            None,
            Some("event:page"),
            Some("event:name"),
            Some("visit:entry_page"),
            Some("visit:exit_page"),
            Some("visit:source"),
            Some("visit:country"),
        ][dice.roll(7) as usize],
    );
    let sums = [
        "visitors",
        "pageviews",
        "events",
        "visits",
        "views_per_visit",
        "bounce_rate",
        "visit_duration",
    ];
    let known = if dimensions.contains(&"event:name") {
        3
    } else {
        sums.len()
    };
    let metrics: Vec<&str> = sums[..known].iter().copied().filter(|_| dice.roll(2) == 0).collect();
    asked["metrics"] = if metrics.is_empty() {
        json!(["visitors"])
    } else {
        json!(metrics)
    };
    asked["dimensions"] = json!(dimensions);
    for part in ["filters", "order_by"] {
        asked.as_object_mut().unwrap().remove(part);
    }
}

/// Makes of a question a filtered one that rolled days answer.
fn make_filtered(asked: &mut Value, dice: &mut Dice) {
    make_plain(asked, dice);
    let ranges = [
        json!(["2026-03-25", "2026-03-31"]),
        json!(["2026-03-21", "2026-04-02"]),
        json!("30d"),
    ];
    asked["date_range"] = ranges[dice.roll(3) as usize].clone();
    if dice.roll(3) == 0 && asked["metrics"].as_array().unwrap().contains(&json!("visitors")) {
        asked["metrics"].as_array_mut().unwrap().push(json!("percentage"));
    }
    let filters = [
        json!(["is", "visit:country", ["DE"]]),
        json!(["is_not", "visit:country", ["DE", "(none)"]]),
        json!(["is", "visit:browser", ["Firefox"]]),
        json!(["is", "visit:browser", ["Firefox", "Chrome"]]),
        json!(["not", ["is", "visit:browser", ["Safari"]]]),
        json!(["is", "visit:source", ["Google"]]),
        json!(["is", "visit:source", ["google"], {"case_sensitive": false}]),
        json!(["is", "visit:source", ["Direct / None"]]),
        json!(["contains", "visit:source", ["e"]]),
        json!(["is", "visit:utm_campaign", ["(none)"]]),
        json!(["is", "visit:entry_page", ["/blog"]]),
        json!(["is", "visit:exit_page", ["/pricing"]]),
        json!([
            "or",
            [["is", "visit:source", ["Google"]], ["is", "visit:country", ["FR"]]]
        ]),
        json!(["is", "event:page", ["/blog"]]),
        json!(["contains", "event:page", ["blog"]]),
        json!(["is", "event:hostname", ["a.example"]]),
    ];
    let filter = |dice: &mut Dice| filters[dice.roll(filters.len() as u64) as usize].clone();
    asked["filters"] = match dice.roll(3) {
        0 => json!([filter(dice), filter(dice)]),
        _ => json!([filter(dice)]),
    };
    if dice.roll(4) == 0 {
        let dimensions = asked["dimensions"].as_array_mut().unwrap();
        let more = [
            json!("visit:browser"),
            json!("visit:country"),
            json!("visit:utm_campaign"),
        ];
        let another = more[dice.roll(3) as usize].clone();
        if !dimensions.contains(&another) {
            dimensions.push(another);
        }
    }
}

/// A link's filter: all conditions of its segment.
fn segment(condition: Value) -> Filter {
    Filter::And(vec![serde_json::from_value(condition).unwrap()])
}

fn check(world: &World, reference: &Reference, query: &Query, answer: &QueryResult) -> Result<(), String> {
    let period = Period::of(&query.date_range, &world.zone, world.clock.now(), None).unwrap();
    let expected = reference.answer(query, &answer.query.order_by, &period);
    if let Some(total) = answer.meta.total_rows.filter(|total| *total != expected.len() as u64) {
        return Err(format!("{total} rows in total, not {}", expected.len()));
    }
    let (skip, take) = (query.pagination.offset as usize, query.pagination.limit as usize);
    let page: Vec<Answer> = expected.into_iter().skip(skip).take(take).collect();
    let given: Vec<Answer> = answer
        .results
        .iter()
        .map(|row| (row.dimensions.clone(), numbers(&row.metrics)))
        .collect();
    if given.len() != page.len() || !given.iter().zip(&page).all(|(a, b)| a.0 == b.0 && same(&a.1, &b.1)) {
        let at = given
            .iter()
            .zip(&page)
            .position(|(a, b)| a.0 != b.0 || !same(&a.1, &b.1));
        let at = at.unwrap_or(given.len().min(page.len()));
        let rows = (given.get(at), page.get(at));
        let elsewhere = rows.1.and_then(|right| given.iter().find(|row| row.0 == right.0));
        return Err(format!(
            "row {at}: given {:?}\nright {:?}\ngiven elsewhere {elsewhere:?}",
            rows.0, rows.1
        ));
    }
    if let Some(other) =
        other(query, &period).filter(|_| !query.dimensions.iter().any(shared::query::Dimension::is_time))
    {
        let then = reference.answer(query, &answer.query.order_by, &other);
        for row in &answer.results {
            let compared = row.comparison.as_ref().ok_or("no comparison")?;
            let right = then
                .iter()
                .find(|(names, _)| *names == row.dimensions)
                .map(|(_, numbers)| numbers.clone());
            let right = right.unwrap_or_else(|| {
                query
                    .metrics
                    .iter()
                    .map(|metric| crate::reports::metrics::is_count(*metric).then_some(0.0))
                    .collect()
            });
            if !same(&numbers(&compared.metrics), &right) {
                return Err(format!(
                    "{:?} then {:?}, right {right:?}",
                    row.dimensions, compared.metrics
                ));
            }
        }
    }
    Ok(())
}

fn numbers(numbers: &[Option<Number>]) -> Vec<Option<f64>> {
    numbers.iter().map(|number| number.map(Number::as_f64)).collect()
}

/// Equal to the two decimals that answers have.
fn same(given: &[Option<f64>], right: &[Option<f64>]) -> bool {
    given.len() == right.len()
        && given.iter().zip(right).all(|(given, right)| match (given, right) {
            (Some(given), Some(right)) => (given - right).abs() < 0.0051,
            (None, None) => true,
            _ => false,
        })
}

#[tokio::test]
async fn questions_in_utc() {
    compare_in("UTC", 1).await;
}

#[tokio::test]
async fn questions_in_berlin() {
    compare_in("Europe/Berlin", 2).await;
}

#[tokio::test]
async fn questions_in_kathmandu() {
    compare_in("Asia/Kathmandu", 3).await;
}

#[tokio::test]
async fn questions_in_auckland() {
    compare_in("Pacific/Auckland", 4).await;
}

#[tokio::test]
async fn questions_in_los_angeles() {
    compare_in("America/Los_Angeles", 5).await;
}

/// A past with a whole month, which is added up.
#[tokio::test]
async fn questions_over_a_month_in_berlin() {
    compare_from("2026-02-25T00:00:00Z", "Europe/Berlin", 10).await;
}

#[tokio::test]
async fn questions_over_a_month_of_changes_in_berlin() {
    compare_from("2026-02-25T00:00:00Z", "Europe/Berlin", 11).await;
}

/// Questions that are asked together: half of them about the same rows, as a dashboard's are.
async fn together_in(zone: &str, seed: u64) {
    let acts = past(seed, FROM);
    let world = World::new(zone, NOW, &acts).await;
    world.roll(date(2026, 3, 28)).await;
    let reference = Reference::new(&world.zone, &acts);
    let mut dice = Dice(seed ^ 0x70637);
    for _ in 0..questions() / 20 {
        let mut shape = query(&mut dice);
        if dice.roll(2) == 0 {
            make_filtered(&mut shape, &mut dice);
        }
        let asked = (0..8).map(|n| {
            let mut asked = query(&mut dice);
            if n % 2 == 0 {
                make_plain(&mut asked, &mut dice);
                for part in ["filters", "date_range"] {
                    asked[part] = shape[part].clone();
                }
            }
            serde_json::from_value(asked).unwrap()
        });
        let asked: Vec<Query> = asked.collect();
        let answers = world.ask_all(asked.clone()).await;
        for (asked, answer) in asked.iter().zip(answers) {
            // What has no meaning under the other question's filters is refused here as it is alone.
            let Ok(answer) = answer else { continue };
            check(&world, &reference, asked, &answer)
                .unwrap_or_else(|difference| panic!("{zone} {asked:?}\n{difference}"));
        }
    }
    let (computed, shared) = (
        world.events.counters().computed.get(),
        world.events.counters().shared.get(),
    );
    assert!(shared * 4 > computed || !world.rolls(), "{shared} of {computed}");
}

#[tokio::test]
async fn questions_asked_together_in_berlin() {
    together_in("Europe/Berlin", 8).await;
}

#[tokio::test]
async fn questions_asked_together_in_los_angeles() {
    together_in("America/Los_Angeles", 9).await;
}

/// What a link with a segment answers is what its owner gets who adds the segment to the question (T9): the same rows, or
/// the same refusal.
async fn forced_is_added_in(zone: &str, seed: u64) {
    let world = World::new(zone, NOW, &past(seed, FROM)).await;
    let mut dice = Dice(seed ^ 0x5e63e7);
    let asked = if world.rolls() {
        FORCED_QUESTIONS
    } else {
        FORCED_QUESTIONS / 20
    };
    for _ in 0..asked {
        let asked = query(&mut dice);
        let segment = segment(filter(&mut dice, 2));
        let question: Query = serde_json::from_value(asked.clone()).unwrap();
        let mut added = question.clone();
        added.filters.push(segment.clone());
        let through_link = world.ask(question, Some(segment.clone())).await;
        let by_owner = world.ask(added, None).await;
        match (through_link, by_owner) {
            (Ok(through_link), Ok(by_owner)) => {
                let seen = |answer: QueryResult| (answer.results, answer.meta, answer.query.order_by);
                assert_eq!(seen(through_link), seen(by_owner), "{asked} within {segment:?}");
            }
            (Err(through_link), Err(by_owner)) => {
                assert_eq!(through_link.errors, by_owner.errors, "{asked} within {segment:?}");
            }
            (through_link, by_owner) => panic!("{asked} within {segment:?}: {through_link:?} but {by_owner:?}"),
        }
    }
}

/// Questions a zone; two zones. A server in a test answers one at a time, and gets fewer.
const FORCED_QUESTIONS: usize = 2_600;

#[tokio::test]
async fn t9_forced_filters_in_berlin() {
    forced_is_added_in("Europe/Berlin", 6).await;
}

#[tokio::test]
async fn t9_forced_filters_in_lord_howe() {
    forced_is_added_in("Australia/Lord_Howe", 7).await;
}
