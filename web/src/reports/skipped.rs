//! Says where imported days are left out of an answer, and why. Where the numbers at the top say it, styles hide what all
//! the panels would say again.

use super::dash::Asked;
use crate::client::answer::Answer;
use crate::ui::dynamic;
use crate::ui::markup::Markup;
use leptos::prelude::*;

/// The sentence about an answer; empty where imported days are counted in, or there are none.
fn words(answer: &Answer) -> String {
    // A range that begins within a day, as the last hours do, is about now: nobody looks for imports there.
    let of_days = answer.asked.date_range.0.get(11..19) == Some("00:00:00");
    match &answer.meta.imports_skip_reason {
        Some(reason) if of_days => format!("Imported days are left out: {reason}."),
        _ => String::new(),
    }
}

/// The sentence under a panel; nothing is seen of it while it is empty.
pub fn skipped(asked: Asked) -> AnyView {
    let text = move || asked.answer().as_deref().map(words).unwrap_or_default();
    view! { <p class="skipped">{dynamic(text)}</p> }.into_any()
}

/// The same within a part that is written.
pub fn write(answer: &Answer, markup: &mut Markup) {
    markup.element("<p class=\"skipped\">", &words(answer), "</p>");
}
