//! The one error type of the server: a kind from the table of problem codes, words for the caller, a cause for the log.

use shared::problem::{FieldError, Problem, ProblemCode};
use std::borrow::Cow;

/// Why a request is not answered as asked. `http::problem` turns it into an answer and logs the cause once.
#[derive(Debug)]
pub struct Error {
    /// The kind of problem.
    pub code: ProblemCode,
    /// What went wrong this time, for the caller; never a cause of a 5xx.
    pub detail: Option<Cow<'static, str>>,
    /// Wrong fields, with their pointers.
    pub errors: Vec<FieldError>,
    /// Seconds for `Retry-After`.
    pub retry_after_s: Option<u32>,
    /// The cause, for the log.
    pub source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

/// A result with [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// A problem of a kind.
    pub fn new(code: ProblemCode) -> Self {
        Self {
            code,
            detail: None,
            errors: Vec::new(),
            retry_after_s: None,
            source: None,
        }
    }

    /// One wrong field: 422 with its pointer.
    pub fn field(pointer: impl Into<String>, code: &str, detail: impl Into<String>) -> Self {
        Self::fields(vec![FieldError::new(pointer, code, detail)])
    }

    /// Wrong fields: 422 with their pointers.
    pub fn fields(errors: Vec<FieldError>) -> Self {
        Self {
            errors,
            ..Self::new(ProblemCode::Invalid)
        }
    }

    /// Our fault; the caller learns nothing but the request id.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::new(ProblemCode::Internal).caused_by(source)
    }

    /// The server can't take this now; try again after so many seconds.
    pub fn unavailable(retry_after_s: u32) -> Self {
        Self::new(ProblemCode::Unavailable).retry_after(retry_after_s)
    }

    /// Adds words for the caller.
    pub fn detail(mut self, detail: impl Into<Cow<'static, str>>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Adds `Retry-After`, in seconds.
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.retry_after_s = Some(seconds);
        self
    }

    /// What the caller is told; `instance` is the path, without query.
    pub fn document(&self, instance: Option<&str>, request_id: Option<&str>) -> Problem {
        Problem {
            kind: format!("/problems/{}", self.code.slug()),
            title: self.code.title().to_owned(),
            status: self.code.status(),
            code: self.code,
            detail: self.detail.as_deref().map(str::to_owned),
            instance: instance.map(str::to_owned),
            request_id: request_id.map(str::to_owned),
            errors: self.errors.clone(),
        }
    }

    /// Adds the cause, for the log.
    pub fn caused_by(mut self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.code.title())?;
        match &self.detail {
            Some(detail) => write!(f, ": {detail}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_ref().map(|source| source.as_ref() as _)
    }
}

impl From<ProblemCode> for Error {
    fn from(code: ProblemCode) -> Self {
        Self::new(code)
    }
}

/// Refused on purpose and not logged as a failure: a flood must not write a line of error for each try.
impl From<crate::kit::password::Busy> for Error {
    fn from(_: crate::kit::password::Busy) -> Self {
        Self::unavailable(2)
    }
}

/// An error and its causes on one line.
pub fn chain(error: &dyn std::error::Error) -> String {
    let mut line = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        line.push_str(": ");
        line.push_str(&inner.to_string());
        cause = inner.source();
    }
    line
}
