//! Errors as `application/problem+json`.

use crate::error::Error;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use shared::problem::ProblemCode;

/// The media type of problem documents.
pub const PROBLEM_JSON: &str = "application/problem+json";

impl ResponseError for Error {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.code.status()).expect("the table holds valid statuses")
    }

    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The answer to an error.
pub fn response(error: &Error, instance: &str, request_id: &str) -> HttpResponse {
    // Token links answer byte-identical bodies, so theirs carries neither path nor id; the id is in the header.
    let bare = matches!(
        error.code,
        ProblemCode::LinkNotFound | ProblemCode::PortalNotFound | ProblemCode::InvitationNotFound
    );
    let body = error.document((!bare).then_some(instance), (!bare).then_some(request_id));
    let mut response = HttpResponse::build(error.status_code());
    response.content_type(PROBLEM_JSON);
    if let Some(seconds) = error.retry_after_s {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if matches!(error.code, ProblemCode::UriTooLong | ProblemCode::HeadersTooLarge) {
        response.force_close();
    }
    let challenge = match error.code {
        ProblemCode::Unauthenticated
        | ProblemCode::InvalidPassword
        | ProblemCode::SecondFactorRequired
        | ProblemCode::InvalidCode => Some("Bearer realm=\"vitrine\""),
        ProblemCode::PasswordRequired => Some("SharePassword"),
        _ => None,
    };
    if let Some(challenge) = challenge {
        response.insert_header((header::WWW_AUTHENTICATE, HeaderValue::from_static(challenge)));
    }
    if error.code == ProblemCode::UnsupportedMediaType {
        response.insert_header((header::ACCEPT_ENCODING, HeaderValue::from_static("identity")));
    }
    response.json(body)
}

/// Our kind of error for an answer that actix made by itself.
pub fn of_status(status: StatusCode) -> Error {
    let code = match status.as_u16() {
        400 => ProblemCode::BadRequest,
        401 => ProblemCode::Unauthenticated,
        403 => ProblemCode::Forbidden,
        404 => ProblemCode::NotFound,
        405 => ProblemCode::MethodNotAllowed,
        408 => ProblemCode::RequestTimeout,
        413 => ProblemCode::TooLarge,
        414 => ProblemCode::UriTooLong,
        415 => ProblemCode::UnsupportedMediaType,
        422 => ProblemCode::Invalid,
        429 => ProblemCode::RateLimited,
        431 => ProblemCode::HeadersTooLarge,
        503 => ProblemCode::Unavailable,
        status if (400..500).contains(&status) => ProblemCode::BadRequest,
        _ => ProblemCode::Internal,
    };
    Error::new(code)
}
