//! HEAD: what GET answers, without its body. Every route that has the one has the other.

use actix_web::HttpMessage;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::web::Bytes;
use std::convert::Infallible;
use std::pin::Pin;
use std::task::{Context, Poll};

/// That a request was HEAD before it became the GET that is answered.
#[derive(Clone, Copy, Debug)]
struct Headless;

/// Makes a GET of a HEAD; true when it was one.
pub fn as_get(request: &mut ServiceRequest) -> bool {
    let is_head = request.method() == Method::HEAD;
    if is_head {
        request.head_mut().method = Method::GET;
        request.extensions_mut().insert(Headless);
    }
    is_head
}

/// True when the answer's body is not wanted, so that nothing is shown to anybody.
pub fn is_asked_by(request: &impl HttpMessage) -> bool {
    request.extensions().contains::<Headless>()
}

/// Takes the body off an answer; its length stays told where it is known. A stream ends at once.
pub fn take_off(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    response.map_body(|_, body| BoxBody::new(Withheld(body.size())))
}

/// A body of which only the length is known.
struct Withheld(BodySize);

impl MessageBody for Withheld {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        self.0
    }

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        Poll::Ready(None)
    }
}
