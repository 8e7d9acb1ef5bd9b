//! Rules of goals, and what reaches one.

use crate::error::{Error, Result};
use crate::kit::glob::pattern;
use crate::kit::name::Name;
use shared::goal::CreateGoal;
use shared::query::{Dimension, Filter, FixedDimension, Operator};
use std::collections::BTreeMap;

/// A site has at most so many goals.
pub const MOST_GOALS: usize = 100;
/// Characters of a goal's and of an event's name.
pub const MAX_NAME_CHARS: usize = 120;
const MAX_PATH_CHARS: usize = 1000;
const MAX_PROPS: usize = 5;
const MAX_PROP_KEY_BYTES: usize = 300;
const MAX_PROP_VALUE_BYTES: usize = 2000;
/// Events that are no goals: page views have their path, engagement is no event of a visitor.
const NO_EVENTS: [&str; 2] = ["pageview", "engagement"];

/// A goal as questions know it.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownGoal {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The events that reach it.
    pub reached_by: Filter,
    /// The currency in which its revenue is counted.
    pub currency: Option<String>,
}

/// What a goal counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// Views of pages, by path; `*` and `**` stand for anything within a segment, and for anything at all.
    Page(String),
    /// Events with a name and the values of properties.
    Event(String, BTreeMap<String, String>),
}

/// Checks what a goal is to count.
pub fn target(given: &CreateGoal) -> Result<Target> {
    match (&given.path, &given.event) {
        (Some(path), None) => {
            if !given.props.is_empty() {
                return Err(Error::field("/props", "not_allowed", "A page has no properties"));
            }
            if given.currency.is_some() {
                return Err(Error::field(
                    "/currency",
                    "not_allowed",
                    "A page earns no revenue: name an event",
                ));
            }
            page(path)
        }
        (None, Some(event)) => event_with(event, &given.props),
        (Some(_), Some(_)) => Err(Error::field(
            "/event",
            "not_allowed",
            "Give a path or an event, not both",
        )),
        (None, None) => Err(Error::field("/path", "required", "Give a path or an event")),
    }
}

fn page(path: &str) -> Result<Target> {
    let fail = |code: &str, detail: &str| Err(Error::field("/path", code, detail));
    let path = path.trim();
    if !path.starts_with('/') {
        return fail("invalid", "A path begins with /");
    }
    if path.chars().count() > MAX_PATH_CHARS {
        return fail("too_long", "At most 1000 characters");
    }
    if path.chars().any(char::is_control) {
        return fail("invalid", "The path has invisible characters");
    }
    Ok(Target::Page(path.to_owned()))
}

fn event_with(event: &str, props: &BTreeMap<String, String>) -> Result<Target> {
    Name::within("/event", event, MAX_NAME_CHARS)?;
    // Events are compared as they came.
    let event = event.trim().to_owned();
    if NO_EVENTS.contains(&event.as_str()) {
        return Err(Error::field(
            "/event",
            "not_allowed",
            "Page views are goals by their path",
        ));
    }
    if props.len() > MAX_PROPS {
        return Err(Error::field(
            "/props",
            "too_many",
            format!("At most {MAX_PROPS} properties"),
        ));
    }
    for (key, value) in props {
        let sound =
            |text: &str, most: usize| !text.is_empty() && text.len() <= most && !text.chars().any(char::is_control);
        if !sound(key, MAX_PROP_KEY_BYTES) || !sound(value, MAX_PROP_VALUE_BYTES) {
            let detail = "A property has a name of 1 to 300 bytes and a value of 1 to 2000";
            return Err(Error::field("/props", "invalid", detail));
        }
    }
    Ok(Target::Event(event, props.clone()))
}

/// Checks a currency, the field `/currency` of a body.
pub fn currency(given: &str) -> Result<String> {
    match iso_currency::Currency::from_code(given) {
        Some(currency) => Ok(currency.code().to_owned()),
        None => Err(Error::field("/currency", "invalid", "An ISO 4217 code such as EUR")),
    }
}

impl Target {
    /// The name of a goal that was given none.
    pub fn default_name(&self) -> String {
        match self {
            Target::Page(path) => format!("Visit {path}"),
            Target::Event(event, _) => event.clone(),
        }
    }

    /// The events that reach it.
    pub fn reached_by(&self) -> Filter {
        let is = |dimension: Dimension, value: &str| Filter::compare(Operator::Is, dimension, vec![value.to_owned()]);
        match self {
            Target::Page(path) => {
                let page = Dimension::Fixed(FixedDimension::Page);
                let path = match path.contains('*') {
                    true => Filter::compare(Operator::Matches, page, vec![pattern(path)]),
                    false => is(page, path),
                };
                Filter::And(vec![is(FixedDimension::EventName.into(), "pageview"), path])
            }
            Target::Event(event, props) => {
                let props = props.iter().map(|(key, value)| is(Dimension::Prop(key.clone()), value));
                let name = is(FixedDimension::EventName.into(), event);
                Filter::And(std::iter::once(name).chain(props).collect())
            }
        }
    }
}
