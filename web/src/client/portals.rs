//! A portal, as a client opens it.

use super::{Access, Failure, read, send};
use crate::router::query::encode;
use gloo_net::http::Method;
use serde_json::Value;

/// What the link of a token shows.
pub async fn open(token: &str) -> Result<Value, Failure> {
    let path = format!("/portal/{}", encode(token));
    read(&send(Method::GET, &path, None, &Access::Nobody, None).await?)
}
