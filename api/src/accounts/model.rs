//! Rules of addresses, names and passwords.

use crate::kit::password::{MAX_PASSWORD_BYTES, MIN_PASSWORD_CHARS};
use email_address::EmailAddress;
use shared::problem::FieldError;
use std::str::FromStr;

const MAX_NAME_CHARS: usize = 60;
const MAX_EMAIL_BYTES: usize = 254;

/// Recovery codes an account has when they are new.
pub const RECOVERY_CODES: usize = 10;
/// Characters of a recovery code, without the dash in its middle: 50 bits.
pub const RECOVERY_CODE_CHARS: usize = 10;
/// Longer codes are cut: none is.
const MAX_CODE_CHARS: usize = 16;

/// A code of the second factor as it is compared: lower-case, without the blanks and dashes that people type.
pub fn code(given: &str) -> String {
    let plain = given.chars().filter(|c| !c.is_whitespace() && *c != '-');
    plain.take(MAX_CODE_CHARS).flat_map(char::to_lowercase).collect()
}

/// The address in the form in which it is stored and compared: trimmed, lower-case.
pub fn email(pointer: &str, given: &str) -> Result<String, FieldError> {
    let address = given.trim().to_lowercase();
    let valid = address.len() <= MAX_EMAIL_BYTES && EmailAddress::from_str(&address).is_ok();
    let plain = !address.contains(['"', '<', '>', ' ']);
    if valid && plain {
        Ok(address)
    } else {
        Err(FieldError::new(pointer, "invalid", "Enter an e-mail address"))
    }
}

/// A person's name, trimmed.
pub fn name(pointer: &str, given: &str) -> Result<String, FieldError> {
    let name = given.trim();
    match name.chars().count() {
        0 => Err(FieldError::new(pointer, "required", "Enter a name")),
        1..=MAX_NAME_CHARS if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=MAX_NAME_CHARS => Err(FieldError::new(pointer, "invalid", "The name has invisible characters")),
        _ => Err(FieldError::new(
            pointer,
            "too_long",
            format!("At most {MAX_NAME_CHARS} characters"),
        )),
    }
}

/// A new password: compared exactly, so nothing is trimmed.
pub fn new_password(pointer: &str, given: &str) -> Result<(), FieldError> {
    if given.chars().count() < MIN_PASSWORD_CHARS {
        return Err(FieldError::new(
            pointer,
            "too_short",
            format!("At least {MIN_PASSWORD_CHARS} characters"),
        ));
    }
    any_password(pointer, given)
}

/// A password that is tried: only its length is bounded, so that no hashing is wasted on it.
pub fn any_password(pointer: &str, given: &str) -> Result<(), FieldError> {
    match given.len() {
        0..=MAX_PASSWORD_BYTES => Ok(()),
        _ => Err(FieldError::new(
            pointer,
            "too_long",
            format!("At most {MAX_PASSWORD_BYTES} bytes"),
        )),
    }
}
