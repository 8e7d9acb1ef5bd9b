//! Errors as `application/problem+json`.

use crate::error::Error;
use actix_web::body::BoxBody;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderValue};
use actix_web::{HttpResponse, ResponseError};
use shared::problem::{Problem, ProblemCode};

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

/// The problem document of an error; `instance` is the path, without query.
pub fn document(error: &Error, instance: Option<&str>, request_id: Option<&str>) -> Problem {
    // The link problem is the same bytes for every cause, but for the request's own path and id.
    Problem {
        kind: format!("/problems/{}", error.code.slug()),
        title: error.code.title().to_owned(),
        status: error.code.status(),
        code: error.code,
        detail: error.detail.as_deref().map(str::to_owned),
        instance: instance.map(str::to_owned),
        request_id: request_id.map(str::to_owned),
        errors: error.errors.clone(),
    }
}

/// The answer to an error.
pub fn response(error: &Error, instance: &str, request_id: &str) -> HttpResponse {
    // Token links answer byte-identical bodies, so theirs carries neither path nor id; the id is in the header.
    let bare = matches!(error.code, ProblemCode::LinkNotFound | ProblemCode::InvitationNotFound);
    let body = document(error, (!bare).then_some(instance), (!bare).then_some(request_id));
    let mut response = HttpResponse::build(error.status_code());
    response.content_type(PROBLEM_JSON);
    if let Some(seconds) = error.retry_after_s {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
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
        408 => ProblemCode::BadRequest,
        413 => ProblemCode::TooLarge,
        415 => ProblemCode::UnsupportedMediaType,
        422 => ProblemCode::Invalid,
        429 => ProblemCode::RateLimited,
        503 => ProblemCode::Unavailable,
        status if (400..500).contains(&status) => ProblemCode::BadRequest,
        _ => ProblemCode::Internal,
    };
    Error::new(code)
}
