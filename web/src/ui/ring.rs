//! A ring that is filled so far, with a number and a word in it.

use super::markup::Markup;
use crate::format::css;

/// The ring of a share, 0 to 1. It fills once, and stands at once where motion is unwanted.
pub fn ring(share: Option<f64>, number: &str, word: &str, markup: &mut Markup) {
    markup
        .raw("<div class=\"ring\" data-w=\"")
        .text(&css::fraction(share.unwrap_or(0.0)));
    markup
        .raw("\"><svg viewBox=\"0 0 120 120\" aria-hidden=\"true\"><circle class=\"ring-all\" cx=\"60\" cy=\"60\" r=\"52\"/>")
        .raw("<circle class=\"ring-part\" cx=\"60\" cy=\"60\" r=\"52\" pathLength=\"1\"/></svg><p class=\"ring-in\">")
        .element("<b>", number, "</b>")
        .element("<span>", word, "</span></p></div>");
}
