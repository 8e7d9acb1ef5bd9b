//! How large the head of a request may be, far below what is read of one before it is refused unread.

use crate::error::Result;
use actix_web::dev::ServiceRequest;
use shared::problem::ProblemCode;

/// Bytes of the path with its query: room for the longest filters that an address may carry, all of them escaped.
const MOST_TARGET_BYTES: usize = 16_000;
/// Bytes of all names and values of headers.
const MOST_HEADER_BYTES: usize = 32_000;

/// Refuses a request whose address (414) or headers (431) are too long; its connection ends with the answer.
pub fn check(request: &ServiceRequest) -> Result<()> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MOST_TARGET_BYTES {
        return Err(ProblemCode::UriTooLong.into());
    }
    let headers = request.headers().iter();
    let bytes: usize = headers
        .map(|(name, value)| name.as_str().len() + value.as_bytes().len())
        .sum();
    if bytes > MOST_HEADER_BYTES {
        return Err(ProblemCode::HeadersTooLarge.into());
    }
    Ok(())
}
