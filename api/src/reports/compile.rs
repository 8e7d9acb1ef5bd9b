//! From a question to one statement.
//!
//! Each part (events, visits, engagement) is grouped by itself and answers a row a group with its components; the parts are
//! laid on top of one another and each group's components are combined into its metrics. A comparison is the same once more over the other period, joined by
//! the group, with buckets of time joined by their position.

use super::buckets::Buckets;
use super::dates::Period;
use super::dimensions::{EVENTS, Source, VISITS, column};
use super::filters::labelled;
use super::goals::{is_goal, single_currency, written_out};
use super::metrics::{Component, Counts, Part, components, expression, is_count, is_money, whole_of};
use super::rollups::Rolling;
use super::rows::{Under, time_column};
use crate::auth::scope::Scope;
use crate::events::dialect::Dialect;
use crate::events::rolled::Days;
use crate::events::statement::{Param, Statement};
use crate::events::together::Member;
use crate::goals::model::KnownGoal;
use shared::query::{Dimension, Direction, Filter, FixedDimension, Metric, OrderBy, OrderKey, Pagination};

/// A question, checked, with its words resolved.
#[derive(Debug)]
pub struct Question<'a> {
    /// Whose numbers, and what of them.
    pub scope: &'a Scope,
    /// How the engine spells.
    pub dialect: Dialect,
    /// What to count.
    pub metrics: &'a [Metric],
    /// What to group by.
    pub dimensions: &'a [Dimension],
    /// The site's goals.
    pub goals: &'a [KnownGoal],
    /// What the caller asks to hold.
    pub filters: &'a [Filter],
    /// True when the site has days of totals in what is asked about.
    pub has_imports: bool,
    /// The order of the rows.
    pub order_by: &'a [OrderBy],
    /// Which rows.
    pub pagination: Pagination,
    /// True when the number of rows without pagination is asked for.
    pub counts_rows: bool,
    /// True when shares are answered as numbers of visitors, and what they are parts of is asked by [`Question::wholes`].
    pub has_wholes_apart: bool,
}

/// A period with its buckets, where rows are grouped by time.
#[derive(Debug)]
pub struct Span<'a> {
    /// The period.
    pub period: &'a Period,
    /// The buckets.
    pub buckets: Option<&'a Buckets>,
    /// Which days are rolled up; none when all are asked of the rows.
    pub rolled: Option<Days>,
}

impl Question<'_> {
    /// The scope's filter and the caller's, with goals written out.
    pub(super) fn filters(&self, under: Under) -> impl Iterator<Item = Filter> {
        let asked = self.filters.iter().filter(move |filter| under.keeps(filter));
        let all = self.scope.forced_filter().into_iter().chain(asked);
        all.map(|filter| written_out(filter, self.goals))
    }

    /// The whole statement. Its columns: each dimension, each metric (an amount of money is followed by its currency), the
    /// same of the other period if there is one, the number of rows without pagination if it is asked for.
    pub fn statement(&self, main: &Span<'_>, other: Option<&Span<'_>>) -> Statement {
        self.whole(main, other, false).0
    }

    /// The whole statement, as one of several that are asked together.
    pub fn member(&self, main: &Span<'_>, other: Option<&Span<'_>>) -> Member {
        let (numbered, columns) = self.whole(main, other, true);
        Member {
            alone: self.statement(main, other),
            numbered,
            width: columns - 1,
        }
    }

    /// The whole statement and how many columns it has; the last one is the number of the row if it is `numbered`.
    fn whole(&self, main: &Span<'_>, other: Option<&Span<'_>>, is_numbered: bool) -> (Statement, usize) {
        let mut columns: Vec<String> = (0..self.dimensions.len()).map(|at| format!("main.d{at}")).collect();
        let mut from = Statement::default();
        for (side, span) in std::iter::once(("main", main)).chain(other.map(|other| ("other", other))) {
            from.push(if side == "main" { " FROM (" } else { " LEFT JOIN (" });
            from.append(&self.groups(span)).push(&format!(") {side}"));
            if side == "other" {
                let same = (0..self.dimensions.len()).map(|at| format!("main.d{at} = other.d{at}"));
                let same: Vec<String> = same.collect();
                from.push(" ON ").push(if same.is_empty() { "1 = 1" } else { "" });
                from.push(&same.join(" AND "));
            }
            for (at, metric) in self.metrics.iter().enumerate() {
                let number = format!("{side}.m{at}");
                match whole_of(*metric, self.dimensions).filter(|_| !self.has_wholes_apart) {
                    Some(whole) => {
                        let all = format!("{side}_all{at}");
                        from.push(" CROSS JOIN (").append(&self.all_visitors(whole, span));
                        from.push(&format!(") {all}"));
                        columns.push(format!("1e2 * {number} / nullif({all}.visitors, 0)"));
                    }
                    None => columns.push(number),
                }
                columns.extend(is_money(*metric).then(|| format!("{side}.k{at}")));
            }
        }
        columns.extend(self.counts_rows.then(|| "count(*) OVER ()".to_owned()));
        columns.extend(is_numbered.then(|| format!("row_number() OVER ({})", self.order().sql)));
        let mut whole = Statement::plain(format!("SELECT {}", columns.join(", ")));
        whole.append(&from).append(&self.order());
        whole.push(" LIMIT ").int(i64::from(self.pagination.limit));
        whole.push(" OFFSET ").int(i64::from(self.pagination.offset));
        (whole, columns.len())
    }

    /// What shares are parts of, where that is asked apart, by the metric's place: one row of one number.
    pub fn wholes(&self, span: &Span<'_>) -> Vec<(usize, Member)> {
        let metrics = self.metrics.iter().enumerate().filter(|_| self.has_wholes_apart);
        let whole = |(at, metric): (usize, &Metric)| {
            let whole = self.all_visitors(whole_of(*metric, self.dimensions)?, span);
            let ask = |more: &str| {
                let mut ask = Statement::plain(format!("SELECT visitors{more} FROM ("));
                ask.append(&whole).push(") range");
                ask
            };
            let (alone, numbered) = (ask(""), ask(", 1"));
            let width = 1;
            Some((at, Member { alone, numbered, width }))
        };
        metrics.filter_map(whole).collect()
    }

    /// One row a group of a period.
    fn groups(&self, span: &Span<'_>) -> Statement {
        let components = self.components();
        let parts = self.parts(&components, span);
        // What one part has grouped is not grouped again: a statement is planned for about as long as it runs.
        let is_one = parts.len() == 1;
        let mut groups = Statement::plain("SELECT ");
        for at in 0..self.dimensions.len() {
            groups.push(&format!("d{at}, "));
        }
        for (at, metric) in self.metrics.iter().enumerate() {
            groups.push(if at > 0 { ", " } else { "" });
            self.push_metric(&mut groups, at, *metric, &components, is_one);
        }
        for (at, part) in parts.iter().enumerate() {
            groups.push(if at > 0 { " UNION ALL " } else { " FROM (" }).append(part);
        }
        groups.push(") parts");
        if !(is_one || self.dimensions.is_empty()) {
            groups
                .push(" GROUP BY ")
                .push(&self.group_names())
                .push(" HAVING max(counted) = 1");
        }
        groups
    }

    /// What delivers the components: rolled days, rows, days of totals. One of them makes rows of the answer at least.
    fn parts(&self, components: &[Component], span: &Span<'_>) -> Vec<Statement> {
        let mut parts: Vec<Part> = components.iter().map(|component| component.part()).collect();
        parts.sort();
        parts.dedup();
        let is_alone = parts.len() == 1;
        let mut all = Vec::new();
        let rolling = self.rolling(Under::Everything, span);
        if let Some(rolling) = &rolling {
            all.extend(self.rolled(rolling, Under::Everything, components, span));
            parts.retain(|part| rolling.has_raw() || !rolling.covers(*part));
        }
        for part in &parts {
            // A page that only engagement of an earlier view belongs to makes no row beside counted ones, nor does a
            // group that reached no goal.
            let counted = match part {
                Part::Events | Part::Visits => true,
                Part::Engagement => is_alone,
                Part::Everyone | Part::Viewed => false,
            };
            let rolling = rolling.as_ref().filter(|rolling| rolling.covers(*part));
            all.push(self.part(*part, counted, components, span, rolling));
        }
        if let (true, Ok(family)) = (self.has_imports, self.family(span)) {
            all.push(self.imported(family, components, span));
        }
        all
    }

    /// The components of all metrics, each once.
    pub(super) fn components(&self) -> Vec<Component> {
        let mut all = Vec::new();
        for metric in self.metrics {
            for component in components(*metric, self.dimensions) {
                if !all.contains(component) {
                    all.push(*component);
                }
            }
        }
        all
    }

    /// The column of a metric, and for money one more with the currency. A share is the number of its visitors here.
    fn push_metric(&self, groups: &mut Statement, at: usize, metric: Metric, all: &[Component], is_one: bool) {
        let combined = |component: &Component| {
            let column = all.iter().position(|known| known == component).unwrap_or_default();
            match is_one {
                true => format!("c{column}"),
                false => component.combined(&format!("c{column}")),
            }
        };
        let parts: Vec<String> = components(metric, self.dimensions).iter().map(combined).collect();
        let number = expression(metric, &parts, self.dialect);
        match is_count(metric) || is_money(metric) || whole_of(metric, self.dimensions).is_some() {
            true => groups.push(&self.dialect.whole(&number)),
            false => groups.push(&number),
        };
        groups.push(&format!(" AS m{at}"));
        if is_money(metric) {
            groups.push(&format!(", {} AS k{at}", combined(&Component::FirstCurrency)));
        }
    }

    /// The currency in which revenue counts; all of them where rows are by currency.
    fn currency(&self) -> Option<&str> {
        match self.dimensions.contains(&Dimension::Fixed(FixedDimension::Currency)) {
            true => None,
            false => single_currency(self.scope.forced_filter().into_iter().chain(self.filters), self.goals),
        }
    }

    pub(super) fn group_names(&self) -> String {
        (0..self.dimensions.len())
            .map(|at| format!("d{at}"))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// The days of a period that are answered from what is rolled up, under some of the filters.
    pub(super) fn rolling(&self, under: Under, span: &Span<'_>) -> Option<Rolling> {
        Rolling::of(self, under, span.rolled.as_ref()?)
    }

    /// The components of one part, and nothing in the place of the others; of days that are not rolled up, if any are.
    fn part(
        &self,
        part: Part,
        counted: bool,
        components: &[Component],
        span: &Span<'_>,
        rolling: Option<&Rolling>,
    ) -> Statement {
        let source = if part == Part::Visits { VISITS } else { EVENTS };
        let inner = part == Part::Engagement;
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            let viewed = Dimension::Fixed(FixedDimension::Page);
            let dimension = if part == Part::Viewed { &viewed } else { dimension };
            match inner {
                true => select.push(&format!("d{at}, ")),
                false => select
                    .append(&self.group(dimension, source, span))
                    .push(&format!(" AS d{at}, ")),
            };
        }
        let currency = self.currency();
        let counts = match currency {
            _ if self.dimensions.iter().any(is_goal) => Counts::GoalsCurrency,
            Some(_) => Counts::OneCurrency,
            None => Counts::Everything,
        };
        for (at, component) in components.iter().enumerate() {
            let mine = component.part() == part;
            let sql = if mine { component.sql(counts) } else { "NULL" };
            let whole = mine && !matches!(component, Component::FirstCurrency | Component::LastCurrency);
            let typed = if whole { self.dialect.whole(sql) } else { sql.to_owned() };
            select.push(&format!("{typed} AS c{at}, "));
            if let (true, Some(currency)) = (sql.contains('?'), currency) {
                select.params.push(Param::Text(currency.to_owned()));
            }
        }
        select.push(&format!("{} AS counted FROM ", u8::from(counted)));
        match part {
            Part::Engagement => select.push("(").append(&self.engagement(span)).push(") pages"),
            Part::Everyone => self.push_rows(&mut select, source, span, Under::EverythingButGoals, rolling),
            Part::Events | Part::Visits | Part::Viewed => {
                self.push_rows(&mut select, source, span, Under::Everything, rolling)
            }
        };
        if !self.dimensions.is_empty() {
            select.push(" GROUP BY ").push(&self.group_names());
        }
        select
    }

    /// Time and depth of each page in each visit.
    fn engagement(&self, span: &Span<'_>) -> Statement {
        let mut select = Statement::plain("SELECT ");
        for (at, dimension) in self.dimensions.iter().enumerate() {
            select
                .append(&self.group(dimension, EVENTS, span))
                .push(&format!(" AS d{at}, "));
        }
        select.push("sum(e.engagement_ms) AS engagement_ms, max(e.scroll_depth) AS scroll_depth FROM ");
        select.append(&self.rows(EVENTS, span, "=", Under::Everything));
        select.push(" GROUP BY e.visit_id, e.hostname, e.pathname");
        if !self.dimensions.is_empty() {
            select.push(", ").push(&self.group_names());
        }
        select
    }

    /// What a dimension groups by.
    pub(super) fn group(&self, dimension: &Dimension, source: Source, span: &Span<'_>) -> Statement {
        if is_goal(dimension) {
            return Statement::plain(format!("{}.goal", source.alias));
        }
        match (dimension.is_time(), span.buckets) {
            (true, Some(buckets)) => {
                let (time_ms, local_date) = (time_column(source), format!("{}.local_date", source.alias));
                Statement::plain(buckets.sql(self.dialect, &time_ms, &local_date))
            }
            _ => labelled(self.dialect, &column(dimension, source)),
        }
    }

    /// The order that was asked, then by the names, so that pages of rows never overlap.
    fn order(&self) -> Statement {
        let mut keys = Vec::new();
        for OrderBy(key, direction) in self.order_by {
            let column = match key {
                OrderKey::Metric(metric) => position(self.metrics, metric).map(|at| format!("main.m{at}")),
                OrderKey::Dimension(dimension) => position(self.dimensions, dimension).map(|at| format!("main.d{at}")),
            };
            let word = if *direction == Direction::Asc { "ASC" } else { "DESC" };
            keys.extend(column.map(|column| format!("{column} {word} NULLS LAST")));
        }
        keys.extend((0..self.dimensions.len()).map(|at| format!("main.d{at} ASC NULLS LAST")));
        if keys.is_empty() {
            return Statement::default();
        }
        Statement::plain(format!(" ORDER BY {}", keys.join(", ")))
    }
}

fn position<T: PartialEq>(words: &[T], word: &T) -> Option<usize> {
    words.iter().position(|known| known == word)
}
