//! Goals: pages that visitors should see and events that they should cause, made by the site's owner.
//!
//! What a goal counts stays for its life; its name, and whether it counts revenue, may change. A goal that a funnel or a
//! segment names can't be deleted: the server says which. How often goals are reached is told on the dashboard
//! (`reports::cards`).

mod edit;
mod form;
pub mod manage;
mod props;
mod row;

use crate::client::Failure;
use crate::sites::currencies;
use crate::ui::select::Options;
use shared::goal::Goal;
use shared::problem::ProblemCode;

/// What a goal counts, in words, one condition a line.
fn conditions(goal: &Goal) -> Vec<String> {
    let head = match (&goal.path, &goal.event) {
        (Some(path), _) if path.contains('*') => format!("Page matches {path}"),
        (Some(path), _) => format!("Page is {path}"),
        (None, event) => format!("Event is {}", event.as_deref().unwrap_or_default()),
    };
    let props = goal.props.iter().map(|(key, value)| format!("{key} is {value}"));
    std::iter::once(head).chain(props).collect()
}

/// Whether revenue is counted, and in which currency.
fn currencies(in_use: &[&str]) -> Options {
    let codes = currencies::offered(in_use).into_iter();
    let none = (String::new(), "Not counted".to_owned());
    std::iter::once(none)
        .chain(codes.map(|code| (code.clone(), code)))
        .collect()
}

/// What is wrong with a goal's name, in the words of the product.
fn name_words(failure: &Failure) -> Option<String> {
    if failure.is(ProblemCode::NameTaken) {
        return Some("A goal with this name already exists".to_owned());
    }
    failure.field("name")
}

#[cfg(test)]
mod tests {
    use super::*;
    use shared::ids::GoalId;

    #[test]
    fn a_goal_says_what_it_counts() {
        let goal = |path: Option<&str>, event: Option<&str>, props: &[(&str, &str)]| Goal {
            id: GoalId("goal_1".to_owned()),
            name: "Any".to_owned(),
            path: path.map(str::to_owned),
            event: event.map(str::to_owned),
            props: props
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect(),
            currency: None,
            created_at: String::new(),
        };
        for (goal, words) in [
            (goal(Some("/pricing"), None, &[]), ["Page is /pricing"].as_slice()),
            (goal(Some("/blog/**"), None, &[]), &["Page matches /blog/**"]),
            (
                goal(None, Some("Signup"), &[("plan", "pro")]),
                &["Event is Signup", "plan is pro"],
            ),
        ] {
            assert_eq!(conditions(&goal), words);
        }
    }
}
