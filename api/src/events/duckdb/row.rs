//! Events and visits as rows of DuckDB.

use super::super::event::{Attributes, InboxEvent};
use super::super::visits::Visit;
use ::duckdb::types::{ToSqlOutput, Value, ValueRef};
use ::duckdb::{Row, ToSql};
use jiff::civil::Date;
use shared::ids::SiteId;

/// The table through which events pass: the appender takes no maps.
pub(super) fn staging_table() -> String {
    format!(
        "CREATE TEMP TABLE IF NOT EXISTS batch (event_id BIGINT, visit_id BIGINT, site_id VARCHAR, time_ms BIGINT, \
         local_date DATE, visitor UBIGINT, name VARCHAR, hostname VARCHAR, pathname VARCHAR, interactive BOOLEAN, \
         engagement_ms INTEGER, scroll_depth UTINYINT, prop_keys VARCHAR, prop_values VARCHAR, \
         revenue_thousandths BIGINT, currency VARCHAR, import_id VARCHAR, entry_hostname VARCHAR, entry_page VARCHAR, {} VARCHAR)",
        Attributes::COLUMNS.join(" VARCHAR, ")
    )
}

/// Moves the staged rows into `events`.
pub(super) fn take_staged() -> String {
    format!(
        "INSERT INTO events (event_id, visit_id, site_id, time_ms, local_date, visitor, name, hostname, pathname, \
         interactive, engagement_ms, scroll_depth, props, revenue, currency, import_id, entry_hostname, entry_page, {attributes}) \
         SELECT event_id, visit_id, site_id, time_ms, local_date, visitor, name, hostname, pathname, interactive, \
         engagement_ms, scroll_depth, \
         CASE WHEN prop_keys IS NULL THEN CAST(MAP {{}} AS MAP(VARCHAR, VARCHAR)) \
         ELSE map(string_split(prop_keys, chr(30)), string_split(prop_values, chr(30))) END, \
         CAST(revenue_thousandths / 1000 AS DECIMAL(18, 3)), currency, import_id, entry_hostname, entry_page, {attributes} \
         FROM batch; TRUNCATE batch",
        attributes = Attributes::COLUMNS.join(", ")
    )
}

/// The columns of `visits` that make a [`Visit`], in the order of [`visit_of`]. [`visit_row`] has `import_id` after them.
pub(super) fn visit_columns() -> Vec<&'static str> {
    let own = [
        "visit_id",
        "site_id",
        "visitor",
        "last_visitor",
        "start_ms",
        "end_ms",
        "exit_ms",
        "local_date",
        "exit_hostname",
        "exit_page",
        "pageviews",
        "events",
        "interactive_events",
        "is_bounce",
        "entry_hostname",
        "entry_page",
    ];
    own.into_iter().chain(Attributes::COLUMNS.iter().copied()).collect()
}

/// A value that is borrowed where it is text.
pub(super) struct Field<'a>(ValueRef<'a>);

impl ToSql for Field<'_> {
    fn to_sql(&self) -> ::duckdb::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(self.0))
    }
}

pub(super) fn text(text: &str) -> Field<'_> {
    Field(ValueRef::Text(text.as_bytes()))
}

pub(super) fn int(n: i64) -> Field<'static> {
    Field(ValueRef::BigInt(n))
}

fn whole(n: i32) -> Field<'static> {
    Field(ValueRef::Int(n))
}

fn number(n: u64) -> Field<'static> {
    Field(ValueRef::UBigInt(n))
}

pub(super) fn date(date: Date) -> Field<'static> {
    Field(ValueRef::Date32(day_number(date)))
}

/// Days from 1970-01-01.
fn day_number(date: Date) -> i32 {
    let epoch = jiff::civil::date(1970, 1, 1);
    (date - epoch).get_days()
}

fn maybe<T>(value: Option<T>, field: impl FnOnce(T) -> Field<'static>) -> Field<'static> {
    value.map_or(Field(ValueRef::Null), field)
}

/// Properties as two texts; none when there are none.
pub(super) fn joined_props(event: &InboxEvent) -> Option<(String, String)> {
    let (keys, values): (Vec<String>, Vec<String>) = event.clean_props().into_iter().unzip();
    (!keys.is_empty()).then(|| (keys.join("\u{1e}"), values.join("\u{1e}")))
}

/// A row of the staging table.
pub(super) fn event_row<'a>(
    seq: i64,
    event: &'a InboxEvent,
    visit: &'a Visit,
    props: Option<&'a (String, String)>,
    import_id: Option<&'a str>,
) -> Vec<Field<'a>> {
    let (keys, values) = props.map_or((Field(ValueRef::Null), Field(ValueRef::Null)), |(k, v)| {
        (text(k), text(v))
    });
    let revenue = event.revenue.as_ref();
    let mut row = vec![
        int(seq),
        int(visit.visit_id),
        text(event.site_id.as_str()),
        int(event.time_ms),
        date(event.local_date),
        number(event.visitor),
        text(&event.name),
        text(&event.hostname),
        text(&event.pathname),
        Field(ValueRef::Boolean(event.interactive)),
        maybe(event.engagement_ms, whole),
        maybe(event.scroll_depth, |depth| Field(ValueRef::UTinyInt(depth))),
        keys,
        values,
        maybe(revenue.map(|revenue| revenue.thousandths), int),
        revenue.map_or(Field(ValueRef::Null), |revenue| text(&revenue.currency)),
        import_id.map_or(Field(ValueRef::Null), text),
        text(&visit.entry_hostname),
        text(&visit.entry_page),
    ];
    row.extend(visit.attributes.values().map(text));
    row
}

/// A row of `visits`, `import_id` at its end.
pub(super) fn visit_row<'a>(visit: &'a Visit, import_id: Option<&'a str>) -> Vec<Field<'a>> {
    let mut row = vec![
        int(visit.visit_id),
        text(visit.site_id.as_str()),
        number(visit.visitor),
        number(visit.last_visitor),
        int(visit.start_ms),
        int(visit.end_ms),
        int(visit.exit_ms),
        date(visit.local_date),
        text(&visit.exit_hostname),
        text(&visit.exit_page),
        whole(visit.pageviews),
        whole(visit.events),
        whole(visit.interactive_events),
        Field(ValueRef::Boolean(visit.is_bounce())),
        text(&visit.entry_hostname),
        text(&visit.entry_page),
    ];
    row.extend(visit.attributes.values().map(text));
    row.push(import_id.map_or(Field(ValueRef::Null), text));
    row
}

/// The visit of a row.
pub(super) fn visit_of(row: &Row<'_>) -> ::duckdb::Result<Visit> {
    let days = match row.get::<_, Value>(7)? {
        Value::Date32(days) => days,
        other => {
            return Err(::duckdb::Error::InvalidColumnType(
                7,
                "local_date".into(),
                other.data_type(),
            ));
        }
    };
    let epoch = jiff::civil::date(1970, 1, 1);
    let local_date = epoch.saturating_add(jiff::Span::new().days(days));
    let attributes = (16..16 + Attributes::COLUMNS.len()).map(|at| row.get::<_, String>(at));
    Ok(Visit {
        visit_id: row.get(0)?,
        site_id: SiteId(row.get(1)?),
        visitor: row.get(2)?,
        last_visitor: row.get(3)?,
        start_ms: row.get(4)?,
        end_ms: row.get(5)?,
        exit_ms: row.get(6)?,
        local_date,
        exit_hostname: row.get(8)?,
        exit_page: row.get(9)?,
        pageviews: row.get(10)?,
        events: row.get(11)?,
        interactive_events: row.get(12)?,
        entry_hostname: row.get(14)?,
        entry_page: row.get(15)?,
        attributes: Attributes::from_values(attributes.collect::<::duckdb::Result<Vec<_>>>()?),
    })
}
