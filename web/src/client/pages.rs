//! Lists that come in pages.

use super::{Access, Failure, read, send};
use crate::router::query::encode;
use gloo_net::http::Method;
use serde_json::Value;

/// All pages of a list, as one answer: the last page's, with the rows of all. `list` has a query.
pub async fn all_pages(list: &str, access: &Access) -> Result<Value, Failure> {
    let mut rows = Vec::new();
    let mut path = list.to_owned();
    loop {
        let mut page: Value = read(&send(Method::GET, &path, None, access, None).await?)?;
        rows.extend_from_slice(super::json::items(page.get("data")));
        match page.get("next_cursor").and_then(Value::as_str) {
            Some(cursor) => path = format!("{list}&cursor={}", encode(cursor)),
            None => {
                page["data"] = rows.into();
                return Ok(page);
            }
        }
    }
}
