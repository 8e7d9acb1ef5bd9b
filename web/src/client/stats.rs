//! Questions about a site's visits.

use super::answer::Answer;
use super::json::Json;
use super::{Access, Failure, read, send, write};
use crate::router::query;
use gloo_net::http::Method;
use serde_json::Value;
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
    let batch: Value = read(&text)?;
    let results = batch.items("results");
    if results.len() != asked {
        return Err(Failure::Unreadable);
    }
    Ok(results.iter().map(outcome).collect())
}

/// Asks one question.
pub async fn ask_one(site: &SiteId, access: &Access, query: Query) -> Result<Answer, Failure> {
    ask(site, access, vec![query], None)
        .await?
        .pop()
        .unwrap_or(Err(Failure::Unreadable))
}

fn outcome(outcome: &Value) -> Result<Answer, Failure> {
    Answer::read(outcome).map_err(|status| Failure::Refused {
        status,
        problem: None,
        retry_after_s: None,
    })
}

/// The values of a dimension that hold a text, most visitors first; the names of properties for `event:props`.
pub async fn suggestions(
    site: &SiteId,
    access: &Access,
    dimension: &str,
    search: &str,
    scope: &str,
) -> Result<Vec<String>, Failure> {
    let (dimension, search) = (query::encode(dimension), query::encode(search));
    let path = format!("/sites/{site}/suggestions?dimension={dimension}&search={search}&limit=10&{scope}");
    let list: Value = read(&send(Method::GET, &path, None, access, None).await?)?;
    Ok(list
        .items("data")
        .iter()
        .map(|item| item.text("name").to_owned())
        .collect())
}
