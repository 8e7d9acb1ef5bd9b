//! Questions that are asked together: rows that several of them read are found once.
//!
//! A dashboard asks a dozen questions about the same rows, and under a filter most of their cost is finding them. What several statements
//! read by the same condition (a [`Scan`](super::statement::Scan)) becomes one materialised table of the joint statement, whose answers
//! come back row by row with the number of their question. No statement's answer changes.

use super::Events;
use super::answers::Rows;
use super::error::EngineError;
use super::statement::{Cell, Param, Scan, Statement};
use crate::error::Result;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use shared::ids::SiteId;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

/// Rows that are found once and kept in the engine's memory while several questions read them. More are read sooner from their table, where
/// text is a number in a dictionary, and groups are found by it.
const MOST_SHARED: i64 = 500_000;
/// Questions that are asked together may take as long as so many would one after another.
const MANY: u32 = 4;

/// A question of several, and how to put its rows back into their order.
#[derive(Clone, Debug)]
pub struct Member {
    /// The question as it is asked alone.
    pub alone: Statement,
    /// The same with one more column at the end: the number of the row.
    pub numbered: Statement,
    /// Its columns, without that number.
    pub width: usize,
}

/// A cell of any kind.
const ANY: &str = "UNION(i BIGINT, f DOUBLE, t VARCHAR)";

impl Events {
    /// Answers several questions about one site, in order, each when its future is awaited; the same one is asked once. Rows that several of
    /// them read are found once, where the engine keeps answers, and the rows are not too many to keep for as long.
    pub fn ask_together(&self, site_id: &SiteId, members: Vec<Member>) -> Vec<BoxFuture<'static, Result<Rows>>> {
        // One version for all: what is found now is no answer of what comes meanwhile.
        let version = self.version(site_id);
        let mut places = HashMap::new();
        let mut different = Vec::new();
        let mut place_of = |member: Member| {
            let place = *places.entry(member.alone.clone()).or_insert(different.len());
            if place == different.len() {
                different.push(member);
            }
            place
        };
        let order: Vec<usize> = members.into_iter().map(&mut place_of).collect();
        let is_missing = |member: &&Member| version.is_some_and(|version| !self.0.answers.has(version, &member.alone));
        let missing: Vec<Member> = different.iter().filter(is_missing).cloned().collect();
        let joined: HashMap<Statement, usize> = match missing.len() {
            // Nothing to share.
            0 | 1 => HashMap::new(),
            _ => missing.iter().map(|member| member.alone.clone()).zip(0..).collect(),
        };
        let events = self.clone();
        let joint = async move { events.in_time(MANY, events.join(&missing)).await };
        let joint = joint.boxed().shared();
        let answer = |member: Member| {
            let (events, joint) = (self.clone(), joint.clone());
            let place = joined.get(&member.alone).copied();
            let answer = async move {
                let alone = events.in_time(1, events.0.engine.query(member.alone.clone())).boxed();
                let compute = async {
                    let Some(place) = place else { return alone.await };
                    match joint.await? {
                        Some(answers) => Ok(answers[place].clone()),
                        None => alone.await,
                    }
                };
                events.answer(version, member.alone.clone(), compute).await
            };
            answer.boxed().shared()
        };
        let answers: Vec<_> = different.into_iter().map(answer).collect();
        let in_order = order.into_iter().map(|place| answers[place].clone());
        in_order.map(|answer| async { Ok(answer.await?) }.boxed()).collect()
    }

    /// The answers to all members at once; none where each is better asked alone.
    async fn join(&self, members: &[Member]) -> std::result::Result<Option<Arc<Vec<Rows>>>, EngineError> {
        let joined = async {
            let mut hoisted = shared(members);
            if hoisted.is_empty() {
                return Ok(None);
            }
            let counted = self.0.engine.query(counts(&hoisted)).await?;
            let mut counts = counted.into_iter().flatten().map(|count| count.as_int());
            hoisted.retain(|_| counts.next().flatten().is_some_and(|rows| rows <= MOST_SHARED));
            if hoisted.is_empty() {
                return Ok(None);
            }
            let rows = self.0.engine.query(together(members, &hoisted)).await?;
            self.0.counters.shared.add(members.len());
            Ok(Some(Arc::new(apart(members, rows))))
        };
        match joined.await {
            Err(EngineError::Interrupted) => Err(EngineError::Interrupted),
            // One that fails may be the others' fault, such as too little memory for all of them.
            Err(error) => {
                tracing::warn!(%error, "questions can't be asked together; each is asked alone");
                Ok(None)
            }
            joined => joined,
        }
    }
}

/// What statements read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Read {
    alias: &'static str,
    sql: String,
    params: Vec<Param>,
}

fn reads(statement: &Statement) -> impl Iterator<Item = (&Scan, Read)> {
    statement.scans.iter().map(|scan| {
        let read = Read {
            alias: scan.alias,
            sql: statement.sql[scan.sql.clone()].to_owned(),
            params: statement.params[scan.params.clone()].to_vec(),
        };
        (scan, read)
    })
}

/// The rows that several members read.
fn shared(members: &[Member]) -> Vec<Read> {
    let mut times: HashMap<Read, usize> = HashMap::new();
    let mut order = Vec::new();
    for member in members {
        for (_, read) in reads(&member.numbered) {
            let known = times.entry(read.clone()).or_default();
            *known += 1;
            if *known == 2 {
                order.push(read);
            }
        }
    }
    order
}

/// Asks how many rows each read finds, a column each, as far as that matters.
fn counts(reads: &[Read]) -> Statement {
    let mut counts = Statement::plain("SELECT ");
    for (at, Read { sql, params, .. }) in reads.iter().enumerate() {
        counts.push(if at > 0 { ", " } else { "" });
        let most = MOST_SHARED + 1;
        counts.push(&format!("(SELECT count(*) FROM (SELECT 1 FROM {sql} LIMIT {most}))"));
        counts.params.extend_from_slice(params);
    }
    counts
}

/// All members in one statement, with `hoisted` rows found once.
fn together(members: &[Member], hoisted: &[Read]) -> Statement {
    let mut whole = Statement::default();
    for (at, Read { alias, sql, params }) in hoisted.iter().enumerate() {
        whole.push(if at == 0 { "WITH " } else { ", " });
        whole.push(&format!("s{at} AS MATERIALIZED (SELECT {alias}.* FROM {sql})"));
        whole.params.extend_from_slice(params);
    }
    let widest = members.iter().map(|member| member.width).max().unwrap_or(0);
    for (number, member) in members.iter().enumerate() {
        whole.push(if number == 0 { " " } else { " UNION ALL " });
        let names: Vec<String> = (0..member.width).map(|at| format!("c{at}")).collect();
        let cells = (0..widest).map(|at| match at < member.width {
            true => format!("CAST(t.c{at} AS {ANY})"),
            false => format!("CAST(NULL AS {ANY})"),
        });
        let cells: Vec<String> = cells.collect();
        whole.push(&format!("SELECT {number} AS q, t.n AS n, {} FROM (", cells.join(", ")));
        whole.append(&reading_from(&member.numbered, hoisted));
        whole.push(&format!(") t({}, n)", names.join(", ")));
    }
    whole.scans.clear();
    whole
}

/// A statement that takes the rows that are found once from there.
fn reading_from(statement: &Statement, hoisted: &[Read]) -> Statement {
    let mut rewritten = Statement::default();
    let (mut sql, mut params) = (0, 0);
    let copy = |rewritten: &mut Statement, sql: Range<usize>, params: Range<usize>| {
        rewritten.push(&statement.sql[sql]);
        rewritten.params.extend_from_slice(&statement.params[params]);
    };
    for (scan, read) in reads(statement) {
        let Some(at) = hoisted.iter().position(|known| *known == read) else {
            continue;
        };
        copy(&mut rewritten, sql..scan.sql.start, params..scan.params.start);
        rewritten.push(&format!("s{at} {} WHERE 1 = 1", scan.alias));
        (sql, params) = (scan.sql.end, scan.params.end);
    }
    copy(&mut rewritten, sql..statement.sql.len(), params..statement.params.len());
    rewritten
}

/// The answer of each member.
fn apart(members: &[Member], rows: Rows) -> Vec<Rows> {
    let mut answers: Vec<Vec<(i64, Vec<Cell>)>> = vec![Vec::new(); members.len()];
    for row in rows {
        let mut cells = row.into_iter();
        let (number, place) = (cells.next(), cells.next());
        let of = number
            .as_ref()
            .and_then(Cell::as_int)
            .and_then(|n| usize::try_from(n).ok());
        let Some((of, member)) = of.and_then(|of| Some((of, members.get(of)?))) else {
            continue;
        };
        let place = place.as_ref().and_then(Cell::as_int).unwrap_or(0);
        answers[of].push((place, cells.take(member.width).collect()));
    }
    let in_order = |mut answer: Vec<(i64, Vec<Cell>)>| {
        answer.sort_by_key(|(place, _)| *place);
        answer.into_iter().map(|(_, cells)| cells).collect()
    };
    answers.into_iter().map(in_order).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(select: &str, condition: i64) -> Member {
        let mut rows = Statement::plain("events e WHERE e.n > ");
        rows.int(condition);
        let ask = |more: &str| {
            let mut ask = Statement::plain(format!("SELECT {select}{more} FROM "));
            ask.scan("e", &rows).push(" AND e.m = ").int(7);
            ask
        };
        Member {
            alone: ask(""),
            numbered: ask(", 1"),
            width: 1,
        }
    }

    #[test]
    fn rows_that_two_questions_read_are_found_once() {
        let (a, b, c) = (member("sum(x)", 1), member("max(y)", 1), member("min(z)", 2));
        let members = [a, b, c];
        let shared = shared(&members);
        assert_eq!(shared.len(), 1, "{shared:?}");
        let whole = together(&members, &shared);
        assert_eq!(
            whole.sql.matches("s0 e WHERE 1 = 1 AND e.m = ?").count(),
            2,
            "{}",
            whole.sql
        );
        assert_eq!(whole.sql.matches('?').count(), whole.params.len());
        let ints: Vec<i64> = whole
            .params
            .iter()
            .filter_map(|param| match param {
                Param::Int(n) => Some(*n),
                Param::Text(_) => None,
            })
            .collect();
        assert_eq!(ints, [1, 7, 7, 2, 7]);
    }

    #[test]
    fn answers_are_put_back_into_their_order() {
        let (a, b) = (member("x", 1), member("y", 1));
        let row = |q, n, x| vec![Cell::Int(q), Cell::Int(n), Cell::Int(x), Cell::Null];
        let rows = vec![row(1, 2, 22), row(0, 1, 11), row(1, 1, 21)];
        let answers = apart(&[a, b], rows);
        assert_eq!(
            answers,
            [
                vec![vec![Cell::Int(11)]],
                vec![vec![Cell::Int(21)], vec![Cell::Int(22)]]
            ]
        );
    }
}
