//! Rules of a link's name, password and expiry.

use crate::error::{Error, Result};
use crate::kit::name::Name;
use crate::kit::password::MAX_PASSWORD_BYTES;
use jiff::Timestamp;
use shared::problem::ProblemCode;

/// Active links a site; the schema's slots are as many.
pub const MOST_LINKS: i64 = 10;

/// Names that could be taken for something that the server made.
const RESERVED: [&str; 6] = ["client portal", "owner", "portal", "public", "system", "vitrine"];

/// Checks a link's name: a name that is not reserved.
pub fn name(given: &str) -> Result<Name> {
    let name = Name::new(given)?;
    match RESERVED.contains(&name.key.as_str()) {
        true => Err(Error::new(ProblemCode::NameReserved)),
        false => Ok(name),
    }
}

/// Checks a password: 1 to 1,024 bytes, taken as they are.
pub fn check_password(given: &str) -> Result<()> {
    match given.len() {
        0 => Err(Error::field(
            "/password",
            "required",
            "Enter a password, or leave it out",
        )),
        1..=MAX_PASSWORD_BYTES => Ok(()),
        _ => {
            let detail = format!("At most {MAX_PASSWORD_BYTES} bytes");
            Err(Error::field("/password", "too_long", detail))
        }
    }
}

/// Checks an expiry and answers it as Unix ms: an RFC 3339 instant after `now` (Unix ms).
pub fn expiry(given: &str, now: i64) -> Result<i64> {
    let at: Timestamp = given
        .parse()
        .map_err(|_| Error::field("/expires_at", "invalid", "Give an instant such as 2030-01-31T18:00:00Z"))?;
    match at.as_millisecond() {
        at if at > now => Ok(at),
        _ => Err(Error::field(
            "/expires_at",
            "out_of_range",
            "The instant must be in the future",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reserved_names_are_refused_in_every_spelling() {
        for given in ["Vitrine", " vitrine ", "client  PORTAL"] {
            assert_eq!(name(given).unwrap_err().code, ProblemCode::NameReserved, "{given}");
        }
        assert_eq!(name("Vitrine 2").unwrap().key, "vitrine 2");
    }

    #[test]
    fn an_expiry_lies_ahead() {
        let now = "2026-03-10T12:00:00Z".parse::<Timestamp>().unwrap().as_millisecond();
        assert_eq!(expiry("2026-03-10T12:00:01Z", now).unwrap(), now + 1000);
        assert_eq!(expiry("2026-03-10T14:00:00+01:00", now).unwrap(), now + 3_600_000);
        for given in [
            "2026-03-10T12:00:00Z",
            "2026-03-10",
            "tomorrow",
            "",
            "9999-99-99T00:00:00Z",
        ] {
            assert!(expiry(given, now).is_err(), "{given}");
        }
    }
}
