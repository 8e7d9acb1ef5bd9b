//! Days that are not over, counted while they go on.
//!
//! Promise: no number changes. What unfiltered questions ask of a day that has many events is counted like that of a day that is over
//! (`rollups`), for as long as somebody asks, and brought up to date when events came: only visitors who did something since are counted anew, and
//! what they were counted as before is taken off. So such a question costs by what is new, and little by the day: finding
//! the rows of those visitors. What filtered questions ask is not counted before the day is over; the bit [`RUNNING`](crate::events::rolled::RUNNING) says so.
//!
//! A visit and its day as they were counted stand in the engine's memory (`running_visits`), for as long as the day is asked about.

use super::visit_days::{CHANGING, STEADY, name, rows};
use super::{COLUMNS, LONG, of_days, shown, statements, stored, work};
use crate::error::{Result, chain};
use crate::events::dialect::Dialect;
use crate::events::event::ENGAGEMENT;
use crate::events::rolled::{CatchUp, RunUp};
use crate::events::statement::{Param, Statement};
use crate::events::{Asked, Events};
use crate::kit::clock::Clock;
use crate::reports::dates::{Period, Range};
use crate::reports::dimensions::empty_label;
use crate::state::State;
use jiff::Span;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use shared::ids::SiteId;
use shared::query::FixedDimension;
use std::collections::{HashMap, HashSet};
use std::time::{Duration, Instant};

/// Days with fewer events are asked of the rows. These cost each question one or two milliseconds, however few they are; but where events are
/// so rare, a day that is counted would be counted up to date for about as many questions as it answers.
const FEWEST: i64 = 1_000;
/// Where a day has so many events, a question waits until it is brought up to date: to read its rows would take longer.
const MANY: i64 = 150_000;
/// A question waits no longer than that, while the engine does something else, and is asked of the rows.
const PATIENCE: Duration = Duration::from_secs(1);
/// Events of all days together that are counted while they go on: their visits are kept in memory, some hundred bytes each. What is beyond is
/// asked of the rows.
const MOST: i64 = 1_000_000;
/// What comes within so long is done in one round.
const TOGETHER: Duration = Duration::from_millis(200);
/// The visits of days as they were counted.
const KEPT: &str = "running_visits";

/// Brings days up to date that a question is about and that are not over, where they are counted; the others are counted soon.
pub async fn keep_up(events: &Events, clock: &Clock, (site_id, zone): (&SiteId, &TimeZone), period: &Period) {
    let Range::Days { first, last } = period.range else {
        return;
    };
    let over = work::last_day(zone, clock.now());
    // Today, and yesterday in the hour after its end.
    let newest = over.saturating_add(Span::new().days(2)).min(last);
    let days = std::iter::successors(over.tomorrow().ok(), |day| day.tomorrow().ok());
    for day in days.take_while(|day| *day <= newest).filter(|day| *day >= first) {
        if events.note_asked(site_id, day).is_some_and(|many| many >= MANY) {
            let (events, site_id) = (events.clone(), site_id.clone());
            let caught_up = tokio::spawn(async move { caught_up(&events, &site_id, day).await });
            // It goes on when nobody waits any more.
            let _ = tokio::time::timeout(PATIENCE, caught_up).await;
        }
    }
}

/// Counts days that are looked at as events come, for at most a tenth of the time, and each minute all that are asked about.
pub(super) async fn follow(state: &State) {
    let mut running = Running::default();
    loop {
        let began = Instant::now();
        if let Err(error) = running.round(&state.events).await {
            tracing::warn!(cause = %chain(&error), "days are not counted while they go on; questions ask the rows");
        }
        tokio::time::sleep((began.elapsed() * 9).min(work::EVERY)).await;
        // Whoever asks less often than each minute finds the day little behind.
        let _ = tokio::time::timeout(work::EVERY, state.events.asked_about_more()).await;
        // Who asks about a day asks about the one before too, and events come some at a time.
        tokio::time::sleep(TOGETHER).await;
    }
}

/// Brings a day up to date, after whoever does so already.
async fn caught_up(events: &Events, site_id: &SiteId, day: Date) {
    let _turn = events.turn_to_catch_up().await;
    if events.behind(site_id, day).is_none() {
        return;
    }
    let work = catch_up(events.dialect(), site_id, day);
    if let Err(error) = events.catch_up(site_id, day, work).await {
        tracing::warn!(cause = %chain(&error), "a day is not counted up to date; questions ask the rows");
    }
}

/// The days that are counted while they go on, between rounds.
#[derive(Debug, Default)]
pub struct Running {
    /// With the events that they had when they began to be counted.
    days: HashMap<(SiteId, Date), i64>,
    /// Those that can't be brought up to date.
    refused: HashSet<(SiteId, Date)>,
}

impl Running {
    /// Counts the days that are asked about and not yet counted, brings the others up to date, and lets go of those that nobody asks about.
    pub async fn round(&mut self, events: &Events) -> Result<()> {
        let mut asked = events.asked_about();
        // It was rolled up meanwhile.
        asked.retain(|asked| !events.is_over(&asked.site_id, asked.day));
        events.stop_running_others(&asked).await?;
        self.days.retain(|(site_id, day), _| events.is_running(site_id, *day));
        let is_asked =
            |site_id: &SiteId, day: Date| asked.iter().any(|asked| asked.day == day && asked.site_id == *site_id);
        self.refused.retain(|(site_id, day)| is_asked(site_id, *day));
        for Asked { site_id, day, .. } in asked {
            if events.behind(&site_id, day).is_some() {
                caught_up(events, &site_id, day).await;
                continue;
            }
            let key = (site_id, day);
            if events.is_running(&key.0, day) || self.refused.contains(&key) {
                continue;
            }
            let counts = work::events_of(events, &key.0, (day, day)).await?;
            let many = counts.get(&day).copied().unwrap_or(0);
            if many < FEWEST || self.days.values().sum::<i64>() + many > MOST {
                continue;
            }
            let work = run_up(events.dialect(), &key.0, day, many);
            if events.run(&key.0, day, work).await? {
                self.days.insert(key, many);
            } else {
                self.refused.insert(key);
            }
        }
        Ok(())
    }
}

/// How a day is counted from its beginning on.
pub fn run_up(dialect: Dialect, site_id: &SiteId, day: Date, events: i64) -> RunUp {
    let days = (day, day);
    let mut visits = Statement::plain(format!("INSERT INTO {KEPT} ({}) SELECT ", kept_columns().join(", ")));
    visits.text(site_id.as_str());
    for column in &kept_columns()[1..] {
        visits.push(&format!(", t.{column}"));
    }
    visits
        .push(" FROM (")
        .append(&rows(dialect, site_id, days, None))
        .push(") t");
    let mut inserts = statements(dialect, site_id, days);
    inserts.push(visits);
    RunUp {
        events,
        inserts,
        torn: torn(dialect, site_id, days, None),
    }
}

/// The columns of the visits that are kept; the first is the site.
fn kept_columns() -> Vec<&'static str> {
    let own = [
        "site_id",
        "visit_id",
        "entry_hostname",
        "local_date",
        "visitor",
        "pageviews",
        "events",
    ];
    let numbers = ["visits", "bounces", "duration_ms", "visit_pageviews"];
    let attributes = CHANGING.into_iter().chain(STEADY).map(name);
    own.into_iter().chain(numbers).chain(attributes).collect()
}

/// Asks how many visits have events of several visitors on the day. Who is counted by the visit is not counted right then.
fn torn(dialect: Dialect, site_id: &SiteId, days: (Date, Date), only: Option<&str>) -> Statement {
    let mut torn = Statement::plain("SELECT count(*) FROM (SELECT e.visit_id FROM events e WHERE ");
    torn.append(&of_days(dialect, site_id, "e", days));
    torn.push(" AND e.name <> ").text(ENGAGEMENT);
    torn.push(&only.map_or(String::new(), |only| format!(" AND e.visit_id IN ({only})")));
    torn.push(" GROUP BY e.visit_id HAVING min(e.visitor) <> max(e.visitor)) t");
    torn
}

/// How a day is brought up to date.
fn catch_up(dialect: Dialect, site_id: &SiteId, day: Date) -> CatchUp {
    let days = (day, day);
    let touched = "SELECT visit_id FROM running_touched";
    let mut find = Statement::plain(
        "CREATE OR REPLACE TEMP TABLE running_touched AS SELECT DISTINCT n.event_id, n.visit_id FROM running_new n WHERE ",
    );
    find.append(&of_days(dialect, site_id, "n", days));
    let mut fresh = Statement::plain("CREATE OR REPLACE TEMP TABLE running_fresh AS SELECT t.*, ");
    fresh.text(site_id.as_str()).push(" AS site_id FROM (");
    fresh.append(&rows(dialect, site_id, days, Some(touched))).push(") t");

    let columns = kept_columns().join(", ");
    let kept = |sign: i64| {
        let mut kept = Statement::plain(format!("SELECT {sign} AS sign, {columns} FROM {KEPT} d WHERE "));
        kept.append(&of_days(dialect, site_id, "d", days));
        kept.push(
            " AND (d.visit_id IN (SELECT visit_id FROM running_fresh) OR d.visitor IN (SELECT visitor FROM running_fresh))",
        );
        kept
    };
    let mut before = Statement::plain("CREATE OR REPLACE TEMP TABLE running_moved AS ");
    before.append(&kept(-1));
    let mut delete = Statement::plain(format!("DELETE FROM {KEPT} d WHERE "));
    delete.append(&of_days(dialect, site_id, "d", days));
    delete.push(" AND d.visit_id IN (SELECT visit_id FROM running_fresh)");
    let insert = Statement::plain(format!(
        "INSERT INTO {KEPT} ({columns}) SELECT {columns} FROM running_fresh"
    ));
    let mut after = Statement::plain("INSERT INTO running_moved ");
    after.append(&kept(1));
    let mut change = vec![before, delete, insert, after, moved_visits()];
    change.push(new_events(dialect, site_id, days));
    for (table, is_long) in [("rollups", false), ("long_rollups", true)] {
        change.extend(merged(dialect, site_id, day, (table, is_long)));
    }
    CatchUp {
        find: vec![find, fresh],
        torn: torn(dialect, site_id, days, Some(touched)),
        change,
    }
}

/// A list of families and their values, one below the other.
fn unnested(families: impl Iterator<Item = (&'static str, String)>) -> String {
    let families = families.map(|(family, value)| format!("{{'family': '{family}', 'value': {value}}}"));
    format!("unnest([{}]) AS f", families.collect::<Vec<_>>().join(", "))
}

/// What visitors who did something are counted as now, less what they were counted as, by what their visits have.
fn moved_visits() -> Statement {
    let whole = ("", "''".to_owned());
    let attributes = || CHANGING.into_iter().chain(STEADY);
    let by_visit = || attributes().map(|attribute| (attribute.as_str(), format!("m.{}", name(attribute))));
    let entered = [
        (FixedDimension::Page.as_str(), "m.entry_page".to_owned()),
        (
            FixedDimension::Hostname.as_str(),
            format!(
                "coalesce(nullif(m.entry_hostname, ''), '{}')",
                empty_label(FixedDimension::Hostname)
            ),
        ),
    ];
    let of_events = unnested([whole.clone()].into_iter().chain(by_visit()));
    let of_visits = unnested([whole].into_iter().chain(by_visit()).chain(entered));
    let sum = |number: &str| format!("coalesce(sum(sign * {number}), 0)");
    let visitors =
        "count(DISTINCT CASE WHEN sign = 1 THEN visitor END) - count(DISTINCT CASE WHEN sign = -1 THEN visitor END)";
    Statement::plain(format!(
        "CREATE OR REPLACE TEMP TABLE running_changes AS \
         SELECT f.family AS family, 'events' AS part, f.value AS value, {visitors} AS visitors, {} AS pageviews, {} AS events, \
         0 AS visits, 0 AS bounces, 0 AS duration_ms, 0 AS visit_pageviews \
         FROM (SELECT m.*, {of_events} FROM running_moved m WHERE m.events > 0) GROUP BY f.family, f.value HAVING f.value IS NOT NULL \
         UNION ALL \
         SELECT f.family, 'visits', f.value, 0, 0, 0, {}, {}, {}, {} \
         FROM (SELECT m.*, {of_visits} FROM running_moved m WHERE m.visits > 0) GROUP BY f.family, f.value HAVING f.value IS NOT NULL",
        sum("pageviews"),
        sum("events"),
        sum("visits"),
        sum("bounces"),
        sum("duration_ms"),
        sum("visit_pageviews"),
    ))
}

/// The same by what events have.
fn new_events(dialect: Dialect, site_id: &SiteId, days: (Date, Date)) -> Statement {
    let families = super::audience_days::FAMILIES
        .into_iter()
        .map(|family| (family.as_str(), shown(dialect, family)));
    let mut insert = Statement::plain(
        "INSERT INTO running_changes SELECT f.family, 'events', f.value, \
         count(DISTINCT visitor) - count(DISTINCT CASE WHEN is_old THEN visitor END), \
         sum(CASE WHEN name = 'pageview' AND NOT is_old THEN 1 ELSE 0 END), sum(CASE WHEN is_old THEN 0 ELSE 1 END), 0, 0, 0, 0 \
         FROM (SELECT e.visitor, e.name, e.event_id NOT IN (SELECT event_id FROM running_touched) AS is_old, ",
    );
    insert.push(&format!("{} FROM events e WHERE ", unnested(families)));
    insert.append(&of_days(dialect, site_id, "e", days));
    insert.push(" AND e.name <> ").text(ENGAGEMENT);
    insert.push(
        " AND e.visitor IN (SELECT visitor FROM running_fresh)) GROUP BY f.family, f.value \
         HAVING sum(CASE WHEN is_old THEN 0 ELSE 1 END) > 0",
    );
    insert
}

/// Puts what changed into a table of counted days.
fn merged(dialect: Dialect, site_id: &SiteId, day: Date, (table, is_long): (&str, bool)) -> [Statement; 3] {
    let numbers: Vec<&str> = COLUMNS.into_iter().filter_map(stored).collect();
    let sums: Vec<String> = numbers
        .iter()
        .map(|number| dialect.whole(&format!("sum({number})")))
        .collect();
    let numbers = numbers.join(", ");
    let mut those = of_days(dialect, site_id, "d", (day, day));
    those.push(" AND (d.family, d.part, d.value) IN (SELECT (family, part, value) FROM running_changes)");
    let mut take = Statement::plain(format!(
        "INSERT INTO running_changes SELECT d.family, d.part, d.value, {numbers} FROM {table} d WHERE "
    ));
    take.append(&those);
    let mut delete = Statement::plain(format!("DELETE FROM {table} d WHERE "));
    delete.append(&those);
    let long = LONG.map(|family| format!("'{}'", family.as_str())).join(", ");
    let mut insert = Statement::plain(format!(
        "INSERT INTO {table} (site_id, local_date, family, part, value, {numbers}) SELECT "
    ));
    insert.text(site_id.as_str());
    insert.push(&format!(
        ", {}, family, part, value, {}",
        dialect.date_value(),
        sums.join(", ")
    ));
    insert.params.push(Param::Text(day.to_string()));
    insert.push(&format!(
        " FROM running_changes WHERE family {} ({long}) GROUP BY family, part, value HAVING sum(events) + sum(visits) > 0",
        if is_long { "IN" } else { "NOT IN" }
    ));
    [take, delete, insert]
}
