//! Acts and questions at random, the same ones from the same seed.

use super::world::Act;
use crate::events::event::Attributes;
use serde_json::{Value, json};

/// SplitMix64.
pub(super) struct Dice(pub u64);

impl Dice {
    pub(super) fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % below
    }

    fn pick<'a, T: ?Sized>(&mut self, from: &[&'a T]) -> &'a T {
        from[self.roll(from.len() as u64) as usize]
    }
}

const PATHS: &[&str] = &["/", "/blog", "/blog/one", "/blog/Two", "/pricing", "/über"];
const SOURCES: &[&str] = &["", "Google", "google", "Hacker News", "(none)", "Direct / None"];
const COUNTRIES: &[&str] = &["", "DE", "FR", "US"];
const GOALS: &[&str] = &["Sign up", "Sign up for pro", "Visit /", "blog", "no such goal"];
const BROWSERS: &[&str] = &["Firefox", "Chrome", "Safari"];

const DAY_MS: i64 = 86_400_000;

/// The acts of some people between two instants, in order of time.
pub(super) fn acts(dice: &mut Dice, from_ms: i64, to_ms: i64, people: u64, count: u64) -> Vec<Act> {
    let mut acts = Vec::new();
    while (acts.len() as u64) < count {
        let who = dice.roll(people);
        let mut at_ms = from_ms + dice.roll((to_ms - from_ms).unsigned_abs()).cast_signed();
        // On some days somebody comes back with another browser.
        let is_unsteady = at_ms / DAY_MS % 8 == 0 && dice.roll(5) == 0;
        let browser = BROWSERS[((who + u64::from(is_unsteady)) % 3) as usize];
        let country = COUNTRIES[(who % 4) as usize];
        for _ in 0..=dice.roll(5) {
            let kind = dice.roll(10);
            let attributes = Attributes {
                source: dice.pick(SOURCES).into(),
                utm_campaign: dice.pick(&["", "spring", "Spring", "(none)"]).into(),
                browser: browser.into(),
                country: country.into(),
                ..Attributes::default()
            };
            acts.push(Act {
                who,
                at_ms,
                name: match kind {
                    0 | 1 => "engagement",
                    2 => "Signup",
                    3 => "Scroll",
                    _ => "pageview",
                }
                .into(),
                pathname: dice.pick(PATHS).into(),
                hostname: dice.pick(&["a.example", "blog.a.example"]).into(),
                interactive: kind != 3,
                props: if kind == 2 {
                    vec![("plan".into(), dice.pick(&["pro", "Free", "é"]).into())]
                } else {
                    Vec::new()
                },
                revenue: (kind == 2 && dice.roll(2) == 0).then(|| {
                    let currency = if dice.roll(3) == 0 { "USD" } else { "EUR" };
                    (dice.roll(100_000).cast_signed(), currency)
                }),
                engagement_ms: (kind < 2).then(|| dice.roll(60_000) as i32),
                scroll_depth: (kind == 0).then(|| dice.roll(101) as u8),
                attributes,
            });
            // Sometimes exactly at the edge of a visit, sometimes just beyond.
            at_ms += match dice.roll(8) {
                0 => 30 * 60_000,
                1 => 30 * 60_000 + 1,
                n => (n * 97_000).cast_signed(),
            };
        }
    }
    acts.sort_by_key(|act| act.at_ms);
    acts
}

const EVENT_DIMENSIONS: &[&str] = &[
    "event:page",
    "event:hostname",
    "event:name",
    "event:props:plan",
    "event:goal",
    "event:currency",
];
/// Those that tell one event from another on the same page.
const NAMED: &[&str] = &["event:name", "event:props", "event:goal", "event:currency"];
const VISIT_DIMENSIONS: &[&str] = &[
    "visit:source",
    "visit:country",
    "visit:browser",
    "visit:entry_page",
    "visit:exit_page",
    "visit:utm_campaign",
];

/// A question about the days from 2026-03-26 to 2026-04-02 and around.
pub(super) fn query(dice: &mut Dice) -> Value {
    let mut dimensions: Vec<&str> = Vec::new();
    for _ in 0..dice.roll(3) {
        let any = if dice.roll(3) == 0 {
            dice.pick(EVENT_DIMENSIONS)
        } else {
            dice.pick(VISIT_DIMENSIONS)
        };
        if !dimensions.contains(&any) {
            dimensions.push(any);
        }
    }
    if dice.roll(2) == 0 {
        let sizes = ["time:hour", "time:day", "time:week", "time:month", "time:hour_of_week"];
        dimensions.insert(0, dice.pick(&sizes));
    }
    let mut filters: Vec<Value> = (0..dice.roll(3)).map(|_| filter(dice, 0)).collect();
    let converts = dice.roll(3) == 0;
    if converts {
        filters.push(json!([
            dice.pick(&["is", "contains", "is_not"]),
            "event:goal",
            [dice.pick(GOALS)]
        ]));
    }
    let text = json!(filters).to_string();
    let named = |text: &str| NAMED.iter().any(|word| text.contains(word));
    let by_name = dimensions.iter().any(|dimension| named(dimension));
    let by_page = dimensions.contains(&"event:page") || dimensions.contains(&"event:hostname");
    let by_goal = dimensions.contains(&"event:goal");
    let by_time = dimensions
        .first()
        .is_some_and(|dimension| dimension.starts_with("time"));
    let mut metrics = vec!["visitors", "visits", "pageviews", "events", "percentage"];
    metrics.extend(["total_revenue", "average_revenue"]);
    if !by_name {
        metrics.extend(["bounce_rate", "visit_duration", "views_per_visit"]);
        if by_page && !named(&text) {
            metrics.extend(["time_on_page", "scroll_depth"]);
        }
    }
    if (converts || by_goal) && (!by_time || dimensions.len() == 1) {
        metrics.push("conversion_rate");
    }
    if converts && !by_goal && !dimensions.is_empty() {
        metrics.push("group_conversion_rate");
    }
    if dimensions == ["visit:exit_page"] {
        metrics.push("exit_rate");
    }
    metrics.retain(|_| dice.roll(2) == 0);
    if metrics.is_empty() {
        metrics.push("visitors");
    }
    let range = match dice.roll(4) {
        0 => json!(["2026-03-29", "2026-03-29"]),
        1 => json!(["2026-03-27", "2026-03-31"]),
        2 => json!("30d"),
        _ => json!(["2026-03-28T21:30:00Z", "2026-03-30T04:00:00Z"]),
    };
    let mut query = json!({"metrics": metrics, "date_range": range, "dimensions": dimensions, "filters": filters});
    if dice.roll(4) == 0 {
        query["pagination"] = json!({"limit": 1 + dice.roll(5), "offset": dice.roll(4)});
        query["include"]["total_rows"] = json!(true);
    }
    if dice.roll(4) == 0 {
        query["include"]["comparison"] = json!({"mode": "previous_period", "match_day_of_week": dice.roll(2) == 0});
    }
    if dice.roll(3) == 0 {
        query["order_by"] = json!([[metrics[metrics.len() - 1], dice.pick(&["asc", "desc"])]]);
    }
    query
}

pub(super) fn filter(dice: &mut Dice, depth: u32) -> Value {
    match dice.roll(if depth < 2 { 9 } else { 5 }) {
        8 => json!([dice.pick(&["has_done", "has_not_done"]), filter(dice, depth + 1)]),
        5 => json!(["not", filter(dice, depth + 1)]),
        word @ 6..=7 => {
            let inner: Vec<Value> = (0..=dice.roll(2)).map(|_| filter(dice, depth + 1)).collect();
            json!([if word == 6 { "and" } else { "or" }, inner])
        }
        _ => {
            let dimension = if dice.roll(2) == 0 {
                dice.pick(EVENT_DIMENSIONS)
            } else {
                dice.pick(VISIT_DIMENSIONS)
            };
            let operator = dice.pick(&["is", "is_not", "contains", "contains_not", "matches", "matches_not"]);
            let values: &[&str] = match (operator.starts_with("matches"), dimension) {
                (true, "event:goal") => &["^Sign", "blog", "/$"],
                (_, "event:goal") => &["Sign up", "sign up for pro", "Read the blog", "Visit /", "no such goal"],
                (true, _) => &["^/blog", "o+", "^$", "e$", "none"],
                (_, "event:page" | "visit:entry_page" | "visit:exit_page") => {
                    &["/", "/blog", "blog/", "/BLOG/one", "/Über"]
                }
                (_, "visit:source") => &["Google", "GOOGLE", "Direct / None", "direct / none", "(none)", "New"],
                (_, "visit:country") => &["DE", "fr", "(none)"],
                (_, "event:name") => &["Signup", "pageview", "engagement"],
                (_, "event:props:plan") => &["pro", "free", "(none)", "É"],
                (_, "event:currency") => &["EUR", "usd", "(none)"],
                (_, "event:hostname") => &["a.example", "blog"],
                _ => &["Firefox", "spring", "(none)", "e"],
            };
            let values: Vec<&str> = (0..=dice.roll(2)).map(|_| dice.pick(values)).collect();
            match dice.roll(3) {
                0 => json!([operator, dimension, values, {"case_sensitive": false}]),
                _ => json!([operator, dimension, values]),
            }
        }
    }
}
