//! Names that people give to things and that are unique without regard to case, blanks and how a letter is composed.

use crate::error::{Error, Result};
use unicode_normalization::UnicodeNormalization;
use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

const MAX_NAME_CHARS: usize = 60;

/// A name, and the key by which names are compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Name {
    /// As it was written, trimmed, its letters composed (NFC).
    pub name: String,
    /// Lower-case, with single blanks, without what only shapes the letters beside it.
    pub key: String,
}

impl Name {
    /// Checks a name, the field `/name` of a body: 1 to 60 characters, none invisible.
    pub fn new(given: &str) -> Result<Self> {
        Self::within("/name", given, MAX_NAME_CHARS)
    }

    /// Checks a name that may have so many characters, and stands in a body at `pointer`.
    pub fn within(pointer: &str, given: &str, most: usize) -> Result<Self> {
        let name: String = given.trim().nfc().collect();
        let fail = |code: &str, detail: String| Err(Error::field(pointer, code, detail));
        match name.chars().count() {
            0 if pointer == "/name" => return fail("required", "Enter a name".to_owned()),
            0 => return fail("required", "It can't be empty".to_owned()),
            length if length > most => return fail("too_long", format!("At most {most} characters")),
            _ => {}
        }
        if has_invisible(&name) {
            return fail("invalid", "It has invisible characters".to_owned());
        }
        let bare: String = name.to_lowercase().nfc().filter(|c| !shapes(*c)).collect();
        let key = bare.split_whitespace().collect::<Vec<_>>().join(" ");
        Ok(Self { name, key })
    }
}

/// Whether a text has characters that nobody sees. Joiners between two others are part of how emoji and some scripts are written.
pub fn has_invisible(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let is_seen = |at: Option<usize>| {
        at.and_then(|at| chars.get(at))
            .is_some_and(|c| !c.is_whitespace() && !is_joiner(*c) && !is_invisible(*c))
    };
    chars.iter().enumerate().any(|(at, c)| match is_joiner(*c) {
        true => !is_seen(at.checked_sub(1)) || !is_seen(Some(at + 1)),
        false => is_invisible(*c),
    })
}

fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}')
}

/// Joiners and variation selectors.
fn shapes(c: char) -> bool {
    is_joiner(c) || matches!(c, '\u{fe00}'..='\u{fe0f}')
}

fn is_invisible(c: char) -> bool {
    match c.general_category() {
        // Signs that Arabic, Syriac and Kaithi write before numbers and words are seen.
        GeneralCategory::Format => !matches!(
            c,
            '\u{600}'
                ..='\u{605}' | '\u{6dd}' | '\u{70f}' | '\u{890}' | '\u{891}' | '\u{8e2}' | '\u{110bd}' | '\u{110cd}'
        ),
        GeneralCategory::Control | GeneralCategory::LineSeparator | GeneralCategory::ParagraphSeparator => true,
        // Fillers that Unicode counts as letters, marks and symbols.
        _ => matches!(
            c,
            '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{2800}' | '\u{3164}' | '\u{ffa0}'
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_regard_to_case_and_blanks() {
        let cases = [
            ("Client A", Some("client a")),
            ("  CLIENT   a ", Some("client a")),
            ("Über", Some("über")),
            ("<img onerror=alert(1)>", Some("<img onerror=alert(1)>")),
            ("   ", None),
            ("a\u{0}b", None),
            // Composed or not, it is one name.
            ("Caf\u{e9}", Some("caf\u{e9}")),
            ("Cafe\u{301}", Some("caf\u{e9}")),
            // Zero width, byte order mark, reversed direction, filler, soft hyphen, separator.
            ("\u{200b}", None),
            ("Client\u{200b}", None),
            ("\u{feff}", None),
            ("\u{202e}tneilC", None),
            ("\u{3164}", None),
            ("Cli\u{ad}ent", None),
            ("a\u{2028}b", None),
            // Joiners: in a family and in Persian, but not at an end or in a row.
            ("👩\u{200d}👧", Some("👩👧")),
            ("❤\u{fe0f}\u{200d}🔥", Some("❤🔥")),
            ("می\u{200c}خواهم", Some("میخواهم")),
            ("Client\u{200d}", None),
            ("a\u{200d}\u{200d}b", None),
        ];
        for (given, key) in cases {
            assert_eq!(Name::new(given).ok().map(|name| name.key).as_deref(), key, "{given:?}");
        }
        assert!(Name::new(&"ä".repeat(60)).is_ok());
        assert!(Name::new(&"ä".repeat(61)).is_err());
    }
}
