//! One page of a list, continued by an opaque cursor.

use serde::{Deserialize, Serialize};

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows of this page, in the list's own order.
    pub data: Vec<T>,
    /// Give this as `?cursor=` to get the next page; null on the last one.
    pub next_cursor: Option<String>,
}
