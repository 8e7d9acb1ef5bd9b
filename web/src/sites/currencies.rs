//! Currencies to choose from. Pure.

/// Those that are offered; the API takes every ISO 4217 code.
const OFFERED: [&str; 12] = [
    "EUR", "USD", "GBP", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "CAD", "AUD", "JPY",
];

/// The codes to offer where these are in use, each once, those first that would not be among them.
pub fn offered(in_use: &[&str]) -> Vec<String> {
    let mut codes: Vec<&str> = Vec::new();
    for code in in_use.iter().filter(|code| !OFFERED.contains(code)).chain(&OFFERED) {
        if !code.is_empty() && !codes.contains(code) {
            codes.push(code);
        }
    }
    codes.into_iter().map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::offered;

    #[test]
    fn what_is_in_use_is_offered_once() {
        assert_eq!(offered(&["EUR", ""]).len(), 12);
        let codes = offered(&["ISK", "EUR", "ISK"]);
        assert_eq!((codes.len(), codes[0].as_str()), (13, "ISK"));
    }
}
