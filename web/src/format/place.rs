//! Names of countries.

use super::intl;

/// The name of an ISO 3166-1 code; the code itself when it has none.
pub fn country(code: &str) -> String {
    let plausible = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    if plausible {
        intl::format("DisplayNames", &[("type", "region")], &code.into())
    } else {
        code.to_owned()
    }
}
