//! Rules of keys.

use shared::api_key::ApiScope;
use shared::problem::FieldError;

const MAX_NAME_CHARS: usize = 60;

/// What every secret begins with, so that scanners can find a leaked one.
pub const PREFIX: &str = "vk_";
/// Random characters after the prefix: 200 bits.
pub const SECRET_CHARS: usize = 40;
/// Characters that are kept to tell keys apart.
pub const HINT_CHARS: usize = 7;

/// The name, trimmed.
pub fn name(given: &str) -> Result<String, FieldError> {
    let name = given.trim();
    match name.chars().count() {
        0 => Err(FieldError::new("/name", "required", "Enter a name")),
        1..=MAX_NAME_CHARS if !name.chars().any(char::is_control) => Ok(name.to_owned()),
        1..=MAX_NAME_CHARS => Err(FieldError::new("/name", "invalid", "The name has invisible characters")),
        _ => Err(FieldError::new(
            "/name",
            "too_long",
            format!("At most {MAX_NAME_CHARS} characters"),
        )),
    }
}

/// The scopes in the order of the table, each once.
pub fn scopes(given: &[ApiScope]) -> Result<Vec<ApiScope>, FieldError> {
    if given.is_empty() {
        return Err(FieldError::new("/scopes", "required", "Choose at least one scope"));
    }
    Ok(ApiScope::ALL
        .into_iter()
        .filter(|scope| given.contains(scope))
        .collect())
}

/// Scopes as they are stored.
pub fn scopes_to_text(scopes: &[ApiScope]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

/// Scopes as they were stored.
pub fn scopes_from_text(text: &str) -> Vec<ApiScope> {
    ApiScope::ALL
        .into_iter()
        .filter(|scope| text.split(' ').any(|word| word == scope.as_str()))
        .collect()
}
