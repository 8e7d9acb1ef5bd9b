//! The body of an event as it comes in: Plausible's short and long names, lenient where its clients are careless, strict
//! where a value could not be counted.

use crate::error::Error;
use crate::http::json;
use serde::Deserialize;
use serde::de::{self, DeserializeOwned, Deserializer, MapAccess, Visitor};
use shared::problem::ProblemCode;
use std::fmt;

/// A body of `POST /api/event`. Names that it does not list are ignored, because clients send their own.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, utoipa::ToSchema)]
pub struct Payload {
    /// `pageview`, `engagement` or the name of a custom event.
    #[serde(alias = "n")]
    pub name: String,
    /// Address of the page.
    #[serde(alias = "u")]
    pub url: String,
    /// The site's domain, or several with commas.
    #[serde(alias = "d")]
    pub domain: String,
    /// Address of the page before.
    #[serde(default, alias = "r")]
    pub referrer: Option<String>,
    /// Custom properties: an object, or the JSON of one.
    #[serde(default, alias = "p", alias = "m", alias = "meta", deserialize_with = "props")]
    #[schema(value_type = Object)]
    pub props: Vec<(String, String)>,
    /// Revenue.
    #[serde(default, alias = "$", deserialize_with = "revenue")]
    pub revenue: Option<GivenRevenue>,
    /// False for a custom event that leaves a bounce a bounce.
    #[serde(default, alias = "i")]
    pub interactive: Option<bool>,
    /// Engaged milliseconds; of `engagement`.
    #[serde(default)]
    #[schema(value_type = Option<f64>)]
    pub e: Option<f64>,
    /// Deepest scroll position in percent; of `engagement`.
    #[serde(default)]
    pub sd: Option<f64>,
    /// 1 or true where the fragment is part of the page's path.
    #[serde(default, alias = "hash_mode", deserialize_with = "flag")]
    #[schema(value_type = Option<u8>)]
    pub h: bool,
    /// The visitor's address; believed of a script with a key of scope `events:write` only.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub ip: Loose<std::net::IpAddr>,
    /// The visitor's `User-Agent`; believed of a script with a key only.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub user_agent: Loose<String>,
    /// When it happened (RFC 3339), up to seven days ago; believed of a script with a key only.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub timestamp: Loose<jiff::Timestamp>,
}

/// A field that is ignored without a key: whatever stands there is no error then.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Loose<T> {
    /// Nothing, or null.
    #[default]
    Absent,
    /// A value.
    Given(T),
    /// Something else.
    Wrong,
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Loose<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        if value.is_null() {
            return Ok(Self::Absent);
        }
        Ok(serde_json::from_value(value).map_or(Self::Wrong, Self::Given))
    }
}

impl<T: Clone> Loose<T> {
    /// The value; an error at `pointer` when it is not one.
    pub fn value(&self, pointer: &str) -> Result<Option<T>, Error> {
        match self {
            Loose::Absent => Ok(None),
            Loose::Given(value) => Ok(Some(value.clone())),
            Loose::Wrong => Err(Error::field(pointer, "invalid", "the value can't be read")),
        }
    }
}

/// Revenue as it was sent.
#[derive(Clone, Debug, PartialEq, Eq, utoipa::ToSchema)]
pub struct GivenRevenue {
    /// A decimal number.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// Reads a body. Broken JSON is 400, a wrong field 422.
pub fn parse(body: &[u8]) -> Result<Payload, Error> {
    // serde would take an array for the fields in order.
    if body.trim_ascii_start().first().is_some_and(|first| *first == b'[') {
        return Err(Error::new(ProblemCode::BadJson).detail("an event is a JSON object"));
    }
    json::parse(body)
}

fn flag<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    let value = Option::<serde_json::Value>::deserialize(deserializer)?;
    Ok(value.is_some_and(|value| value == 1 || value == true || value == "1"))
}

fn revenue<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<GivenRevenue>, D::Error> {
    let given = Option::<serde_json::Map<String, serde_json::Value>>::deserialize(deserializer)?;
    // Plausible's script sends an empty object for an element without revenue classes.
    let Some(given) = given.filter(|given| given.contains_key("amount") || given.contains_key("currency")) else {
        return Ok(None);
    };
    let amount = match given.get("amount") {
        Some(serde_json::Value::Number(number)) => number.to_string(),
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(_) => return Err(de::Error::custom("the amount must be a number")),
        None => return Err(de::Error::custom("the amount is missing")),
    };
    let currency = match given.get("currency") {
        Some(serde_json::Value::String(text)) => text.clone(),
        Some(serde_json::Value::Null) | None => return Err(de::Error::custom("the currency is missing")),
        Some(_) => return Err(de::Error::custom("the currency must be a text")),
    };
    Ok(Some(GivenRevenue { amount, currency }))
}

/// An object of scalars, or text that holds one; other values in it are left out, as Plausible does.
fn props<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, String)>, D::Error> {
    struct Props;
    impl<'de> Visitor<'de> for Props {
        type Value = Vec<(String, String)>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object of properties")
        }

        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_none<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(Vec::new())
        }

        fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
            deserializer.deserialize_any(self)
        }

        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            if text.trim().is_empty() {
                return Ok(Vec::new());
            }
            let mut nested = serde_json::Deserializer::from_str(text);
            nested.deserialize_map(Props).map_err(E::custom)
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut props: Vec<(String, String)> = Vec::new();
            while let Some((key, value)) = map.next_entry::<String, serde_json::Value>()? {
                if props.iter().any(|(known, _)| *known == key) {
                    return Err(de::Error::custom(format!("duplicate property `{key}`")));
                }
                props.extend(scalar(value).map(|value| (key, value)));
            }
            Ok(props)
        }
    }
    deserializer.deserialize_any(Props)
}

fn scalar(value: serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(text) => Some(text),
        serde_json::Value::Number(number) => Some(number.to_string()),
        serde_json::Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
