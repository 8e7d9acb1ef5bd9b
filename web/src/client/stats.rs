//! Questions about a site's visits.

use super::answer::{Answer, Batch, Outcome};
use super::{Access, Failure, read, send, write};
use gloo_net::http::Method;
use shared::ids::SiteId;
use shared::query::{Query, QueryBatch};
use web_sys::AbortSignal;

/// The most questions that one call may carry.
pub const BATCH_MAX: usize = 20;

/// Asks up to [`BATCH_MAX`] questions at once; every one has its own outcome, in order.
pub async fn ask(
    site: &SiteId,
    access: &Access,
    queries: Vec<Query>,
    signal: Option<&AbortSignal>,
) -> Result<Vec<Result<Answer, Failure>>, Failure> {
    let asked = queries.len();
    let body = write(&QueryBatch { queries });
    let text = send(Method::POST, &format!("/sites/{site}/queries"), body, access, signal).await?;
    let batch: Batch = read(&text)?;
    if batch.results.len() != asked {
        return Err(Failure::Unreadable);
    }
    Ok(batch.results.into_iter().map(outcome).collect())
}

/// Asks one question.
pub async fn ask_one(site: &SiteId, access: &Access, query: Query) -> Result<Answer, Failure> {
    ask(site, access, vec![query], None)
        .await?
        .pop()
        .unwrap_or(Err(Failure::Unreadable))
}

fn outcome(outcome: Outcome) -> Result<Answer, Failure> {
    outcome.read().map_err(|status| Failure::Refused {
        status,
        problem: None,
        retry_after_s: None,
    })
}
