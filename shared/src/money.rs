//! Money, exact to a thousandth of the unit.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// An amount in a currency; on the wire `{"value":"12.34","currency":"EUR"}`. Amounts of different currencies are never
/// added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Money {
    /// Thousandths of the currency's unit.
    pub thousandths: i64,
    currency: [u8; 3],
}

impl Money {
    /// An amount; none when the code has not three ASCII letters.
    pub fn new(thousandths: i64, currency: &str) -> Option<Self> {
        let currency: [u8; 3] = currency.as_bytes().try_into().ok()?;
        let letters = currency.iter().all(u8::is_ascii_uppercase);
        letters.then_some(Self { thousandths, currency })
    }

    /// ISO 4217 code.
    pub fn currency(&self) -> &str {
        str::from_utf8(&self.currency).expect("the code is ASCII")
    }

    /// The amount in units, with two decimals, or three where the third is not 0.
    pub fn value(&self) -> String {
        let sign = if self.thousandths < 0 { "-" } else { "" };
        let (units, rest) = (
            self.thousandths.unsigned_abs() / 1000,
            self.thousandths.unsigned_abs() % 1000,
        );
        match rest % 10 {
            0 => format!("{sign}{units}.{:02}", rest / 10),
            _ => format!("{sign}{units}.{rest:03}"),
        }
    }
}

#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
struct Wire {
    /// The amount in units of the currency, a decimal.
    #[cfg_attr(feature = "openapi", schema(pattern = r"^-?[0-9]+\.[0-9]{2,3}$"))]
    value: String,
    /// ISO 4217 code.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[A-Z]{3}$"))]
    currency: String,
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let wire = Wire {
            value: self.value(),
            currency: self.currency().to_owned(),
        };
        wire.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let wire = Wire::deserialize(deserializer)?;
        let (units, decimals) = wire.value.split_once('.').unwrap_or((&wire.value, ""));
        let digits = format!("{units}{decimals:0<3}");
        let parsed = digits.parse().ok().filter(|_| decimals.len() <= 3);
        parsed
            .and_then(|thousandths| Money::new(thousandths, &wire.currency))
            .ok_or_else(|| de::Error::custom("an amount like {\"value\":\"12.34\",\"currency\":\"EUR\"}"))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for Money {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        <Wire as utoipa::PartialSchema>::schema()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for Money {}

#[cfg(test)]
mod tests {
    use super::Money;

    #[test]
    fn money_goes_to_the_wire_and_back() {
        for (thousandths, value) in [
            (12_340, "12.34"),
            (5, "0.005"),
            (-1_500, "-1.50"),
            (-5, "-0.005"),
            (0, "0.00"),
        ] {
            let money = Money::new(thousandths, "EUR").expect("three letters");
            assert_eq!(money.value(), value);
            let text = serde_json::to_string(&money).expect("it is JSON");
            assert_eq!(serde_json::from_str::<Money>(&text).expect("it reads itself"), money);
        }
    }
}
