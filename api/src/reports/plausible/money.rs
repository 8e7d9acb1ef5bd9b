//! Revenue as Plausible tells it: a number for programs, two texts for people.

use iso_currency::Currency;
use serde::Serialize;
use shared::query_result::{Money, Number};
use utoipa::ToSchema;

/// Revenue, also as it is read by people.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlausibleMoney {
    /// The amount.
    value: f64,
    /// ISO 4217 code.
    currency: String,
    /// `€500.2M`.
    short: String,
    /// `€500,200,700.25`.
    long: String,
}

/// An amount with its texts.
pub(super) fn told_money(money: Money) -> PlausibleMoney {
    let symbol = Currency::from_code(money.currency()).map(|known| known.symbol().to_string());
    let symbol = symbol.unwrap_or_else(|| format!("{} ", money.currency()));
    let sign = if money.thousandths < 0 { "-" } else { "" };
    let text = money.value();
    let (units, decimals) = text.trim_start_matches('-').split_once('.').unwrap_or((&text, "00"));
    PlausibleMoney {
        value: Number::Money(money).as_f64(),
        currency: money.currency().to_owned(),
        short: format!("{sign}{symbol}{}", shortened(money.thousandths.unsigned_abs())),
        long: format!("{sign}{symbol}{}.{decimals}", grouped(units)),
    }
}

/// `1.2K`, `96.3M`, `1.5B`; below a thousand with one decimal.
fn shortened(thousandths: u64) -> String {
    let (unit, word) = match thousandths {
        0..1_000_000 => (1_000, ""),
        1_000_000..1_000_000_000 => (1_000_000, "K"),
        1_000_000_000..1_000_000_000_000 => (1_000_000_000, "M"),
        _ => (1_000_000_000_000, "B"),
    };
    let tenths = thousandths / (unit / 10);
    format!("{}.{}{word}", tenths / 10, tenths % 10)
}

fn grouped(digits: &str) -> String {
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::{grouped, shortened, told_money};
    use shared::query_result::Money;

    #[test]
    fn money_is_told_to_people() {
        for (thousandths, short, long) in [
            (96_336_315_000, "$96.3M", "$96,336,315.00"),
            (1_500, "$1.5", "$1.50"),
            (-12_345_670, "-$12.3K", "-$12,345.67"),
            (999_999, "$999.9", "$999.999"),
        ] {
            let told = told_money(Money::new(thousandths, "USD").expect("three letters"));
            assert_eq!((told.short.as_str(), told.long.as_str()), (short, long));
        }
        assert_eq!(
            (grouped("1"), grouped("1234567")),
            ("1".to_owned(), "1,234,567".to_owned())
        );
        assert_eq!(shortened(2_000_000_000_000), "2.0B");
    }
}
