//! Lengths for CSS. Pure.

/// A share of a whole, 0 to 1, as `12.34%`. Written from whole numbers: formatting floats is not worth its size.
pub fn percent(share: f64) -> String {
    let hundredths = (share * 10_000.0).round() as i64;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
}

/// A share of a whole, 0 to 1, as a plain number that a length can be multiplied by.
pub fn fraction(share: f64) -> String {
    let parts = (share * 10_000.0).round() as i64;
    format!("{}.{:04}", parts / 10_000, parts % 10_000)
}

#[cfg(test)]
mod tests {
    #[test]
    fn shares_become_percent() {
        for (share, text) in [
            (0.0, "0.00%"),
            (1.0, "100.00%"),
            (0.12345, "12.35%"),
            (1.0 / 3.0, "33.33%"),
            (0.0004, "0.04%"),
        ] {
            assert_eq!(super::percent(share), text);
        }
    }

    #[test]
    fn shares_become_numbers() {
        for (share, text) in [
            (0.0, "0.0000"),
            (1.0, "1.0000"),
            (0.12345, "0.1235"),
            (0.00004, "0.0000"),
        ] {
            assert_eq!(super::fraction(share), text);
        }
    }
}
