//! Segments: named sets of filters of a site.
//!
//! The owner manages them in the settings, with a builder for conditions that all hold; what the API combined with `or`
//! and `not` is shown in words and can only be renamed. On a dashboard an account applies a segment as ordinary filters
//! of the URL, and its owner saves the present filters as one. What a share link forces is not decided here: the server
//! adds it to every question (`reports::locked` shows it).

mod form;
pub mod manage;
pub mod menu;
mod row;
mod save;

use crate::client::Failure;
use shared::problem::ProblemCode;

/// What is wrong with a segment's name, in the words of the product.
fn name_words(failure: &Failure) -> String {
    if failure.is(ProblemCode::NameTaken) {
        return "A segment with this name already exists".to_owned();
    }
    failure.field("name").unwrap_or_else(|| failure.message())
}

/// Where a name belongs among names in their order.
fn place<'a>(names: impl Iterator<Item = &'a str>, name: &str) -> usize {
    let key = name.to_lowercase();
    names.take_while(|known| known.to_lowercase() < key).count()
}
