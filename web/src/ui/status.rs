//! How something stands: a shape, a colour and a word, of which the word alone would do.

use super::markup::Markup;

/// How something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// As it should be.
    Good,
    /// It needs attention.
    Warn,
    /// It is not as it should be.
    Bad,
    /// It can't be told.
    Unknown,
    /// Nobody looks.
    Off,
}

/// The shape with its word.
pub fn status(level: Level, word: &str, markup: &mut Markup) {
    let (class, icon) = match level {
        Level::Good => ("good", "#i-good"),
        Level::Warn => ("warn", "#i-alert"),
        Level::Bad => ("bad", "#i-bad"),
        Level::Unknown => ("unknown", "#i-unknown"),
        Level::Off => ("off-state", "#i-off"),
    };
    markup
        .raw("<span class=\"status ")
        .raw(class)
        .raw("\"><svg class=\"icon\" aria-hidden=\"true\"><use href=\"")
        .raw(icon)
        .raw("\"/></svg>")
        .element("<span>", word, "</span></span>");
}
