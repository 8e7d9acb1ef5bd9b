//! Lengths for CSS. Pure.

/// A share of a whole, 0 to 1, as `12.34%`. Written from whole numbers: formatting floats is not worth its size.
pub fn percent(share: f64) -> String {
    let hundredths = (share * 10_000.0).round() as i64;
    format!("{}.{:02}%", hundredths / 100, hundredths % 100)
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
}
