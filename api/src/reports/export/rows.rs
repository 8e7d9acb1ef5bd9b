//! The rows of one file, some at a time.

use super::files::File;
use crate::error::Result;
use crate::reports::buckets::{Buckets, Step};
use crate::reports::compile::{Question, Span};
use crate::reports::dates::Period;
use crate::reports::desk::Desk;
use crate::reports::imported::has_days;
use crate::reports::labels::Labels;
use shared::query::{Dimension, Direction, Filter, FixedDimension, OrderBy, OrderKey, Pagination};
use shared::query_result::Row;
use tokio::sync::mpsc;

/// Batches of rows that wait for the client.
const WAITING: usize = 2;

/// Hands the rows of a file to `take`, some at a time: by time with a row for each bucket, or from the most visitors on.
pub async fn each(
    desk: &Desk,
    period: &Period,
    filters: &[Filter],
    file: &File,
    mut take: impl AsyncFnMut(Vec<Row>) -> Result<()>,
) -> Result<()> {
    let step = match file.dimensions[..] {
        [Dimension::Fixed(FixedDimension::TimeHour)] => Some(Step::Hour),
        [Dimension::Fixed(FixedDimension::TimeDay)] => Some(Step::Day),
        _ => None,
    };
    let buckets = step.map(|step| Buckets::of(step, period, "?date_range")).transpose()?;
    let order_by = match step {
        Some(_) => OrderBy(OrderKey::Dimension(file.dimensions[0].clone()), Direction::Asc),
        None => OrderBy(OrderKey::Metric(file.metrics[0]), Direction::Desc),
    };
    let question = Question {
        scope: &desk.scope,
        dialect: desk.events.dialect(),
        metrics: &file.metrics,
        dimensions: &file.dimensions,
        goals: &desk.goals,
        filters,
        order_by: &[order_by],
        has_imports: has_days(&desk.events, desk.scope.site_id(), [period]).await?,
        pagination: Pagination {
            limit: u32::MAX,
            offset: 0,
        },
        counts_rows: false,
        has_wholes_apart: false,
    };
    let span = Span {
        period,
        buckets: buckets.as_ref(),
        rolled: None,
    };
    let labels = Labels {
        main: buckets.as_ref(),
        other: None,
        main_wholes: Vec::new(),
        other_wholes: Vec::new(),
    };
    let _turn = desk.scope.turn().await?;
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let asked = desk.events.query_each(question.statement(&span, None), sender);
    let taken = async {
        let mut missing = buckets
            .iter()
            .flat_map(|buckets| buckets.labels.iter().cloned())
            .peekable();
        while let Some(some) = receiver.recv().await {
            let mut rows = Vec::with_capacity(some.len());
            for cells in some {
                let row = labels.row(cells, &file.metrics, &file.dimensions, false);
                while let Some(label) = missing.next_if(|label| *label != row.dimensions[0]) {
                    rows.push(nothing(label, file));
                }
                missing.next();
                rows.push(row);
            }
            take(rows).await?;
        }
        take(missing.map(|label| nothing(label, file)).collect()).await
    };
    tokio::try_join!(asked, taken)?;
    Ok(())
}

/// A bucket in which nothing happened.
fn nothing(label: String, file: &File) -> Row {
    use crate::reports::metrics::is_count;
    use shared::query_result::Number;
    let zero = |metric: &_| is_count(*metric).then_some(Number::Int(0));
    Row {
        dimensions: vec![label],
        metrics: file.metrics.iter().map(zero).collect(),
        comparison: None,
    }
}
