//! Why a call gave no answer.

use super::json::Json;
use serde_json::Value;
use shared::problem::ProblemCode;
use std::sync::Arc;

/// Why a call gave no answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Failure {
    /// The network did not answer.
    Offline,
    /// The app itself dropped the call because nobody waits for it.
    Aborted,
    /// The server answered with an error.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's own words, when it sent any.
        problem: Option<Arc<Problem>>,
        /// Seconds to wait before asking again, from `Retry-After`.
        retry_after_s: Option<u32>,
    },
    /// The answer is not what this version of the app understands.
    Unreadable,
}

/// The part of a problem document (`shared::problem`) that the app reads.
#[derive(Debug, PartialEq)]
pub struct Problem {
    title: String,
    code: String,
    detail: Option<String>,
    errors: Vec<WrongField>,
}

#[derive(Debug, PartialEq)]
struct WrongField {
    pointer: String,
    detail: String,
}

impl Problem {
    /// Reads a problem document; `None` of anything else.
    pub fn read(body: &str) -> Option<Self> {
        let document: Value = serde_json::from_str(body).ok()?;
        let error = |error: &Value| WrongField {
            pointer: error.text("pointer").to_owned(),
            detail: error.text("detail").to_owned(),
        };
        Some(Problem {
            title: document.maybe_text("title")?,
            code: document.maybe_text("code")?,
            detail: document.maybe_text("detail"),
            errors: document.items("errors").iter().map(error).collect(),
        })
    }
}

impl Failure {
    /// The HTTP status, or 0.
    pub fn status(&self) -> u16 {
        match self {
            Failure::Refused { status, .. } => *status,
            _ => 0,
        }
    }

    /// True for this kind of problem.
    pub fn is(&self, code: ProblemCode) -> bool {
        self.problem().is_some_and(|problem| problem.code == code.slug())
    }

    /// Seconds to wait before asking again, after too many requests.
    pub fn wait_s(&self) -> Option<u32> {
        match self {
            Failure::Refused {
                status: 429,
                retry_after_s,
                ..
            } => Some(retry_after_s.unwrap_or(10)),
            _ => None,
        }
    }

    /// What is wrong with one field of the body, by its name.
    pub fn field(&self, name: &str) -> Option<String> {
        let errors = &self.problem()?.errors;
        let error = errors
            .iter()
            .find(|error| error.pointer.strip_prefix('/') == Some(name))?;
        Some(sentence(&error.detail))
    }

    /// What is wrong with a field of the body that has parts, or with the first of its wrong parts.
    pub fn within(&self, name: &str) -> Option<String> {
        let errors = &self.problem()?.errors;
        let inside = |pointer: &str| {
            let rest = pointer.strip_prefix('/').and_then(|pointer| pointer.strip_prefix(name));
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let error = errors.iter().find(|error| inside(&error.pointer))?;
        Some(sentence(&error.detail))
    }

    /// What happened, as the server calls it.
    pub fn title(&self) -> String {
        self.problem()
            .map_or_else(|| self.message(), |problem| problem.title.clone())
    }

    /// What to tell the person, in one sentence.
    pub fn message(&self) -> String {
        match self {
            Failure::Offline => "You are offline, or the server does not answer.".to_owned(),
            Failure::Aborted => String::new(),
            Failure::Unreadable => "The server's answer could not be read. Reload the page.".to_owned(),
            Failure::Refused {
                problem: Some(problem), ..
            } => {
                let first = problem.errors.first().map(|error| error.detail.as_str());
                sentence(first.or(problem.detail.as_deref()).unwrap_or(&problem.title))
            }
            Failure::Refused { status, .. } => format!("The server answered with an error ({status})."),
        }
    }

    fn problem(&self) -> Option<&Problem> {
        match self {
            Failure::Refused { problem, .. } => problem.as_deref(),
            _ => None,
        }
    }
}

/// `text` with a capital first letter.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => std::iter::once(first.to_ascii_uppercase()).chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Failure, Problem};
    use shared::problem::{self, FieldError, ProblemCode};
    use std::sync::Arc;

    fn read(document: &problem::Problem) -> Failure {
        let text = serde_json::to_string(document).expect("the document is JSON");
        let problem = Problem::read(&text).expect("the part reads the whole");
        Failure::Refused {
            status: document.status,
            problem: Some(Arc::new(problem)),
            retry_after_s: None,
        }
    }

    fn document(code: ProblemCode) -> problem::Problem {
        problem::Problem {
            kind: format!("/problems/{}", code.slug()),
            title: code.title().to_owned(),
            status: code.status(),
            code,
            detail: None,
            instance: Some("/api/v1/sites".to_owned()),
            request_id: Some("req_1".to_owned()),
            errors: Vec::new(),
        }
    }

    #[test]
    fn the_part_agrees_with_the_whole() {
        for code in ProblemCode::ALL {
            let bare = read(&document(*code));
            assert!(ProblemCode::ALL.iter().all(|other| bare.is(*other) == (other == code)));
            assert_eq!(
                (bare.status(), bare.message()),
                (code.status(), code.title().to_owned())
            );
            let detail = problem::Problem {
                detail: Some("try the other one".to_owned()),
                ..document(*code)
            };
            assert_eq!(read(&detail).message(), "Try the other one");
        }
    }

    #[test]
    fn a_wrong_field_is_found_by_its_name() {
        let error = |pointer: &str, detail: &str| FieldError {
            pointer: pointer.to_owned(),
            code: "too_long".to_owned(),
            detail: detail.to_owned(),
        };
        let failure = read(&problem::Problem {
            errors: vec![error("/name", "at most 60 characters"), error("/filters/0", "unknown")],
            ..document(ProblemCode::Invalid)
        });
        assert_eq!(failure.field("name").as_deref(), Some("At most 60 characters"));
        assert_eq!(failure.field("password"), None);
        assert_eq!(failure.field("filters"), None);
        assert_eq!(failure.within("filters").as_deref(), Some("Unknown"));
        assert_eq!(failure.within("filter"), None);
        assert_eq!(failure.message(), "At most 60 characters");
    }
}
