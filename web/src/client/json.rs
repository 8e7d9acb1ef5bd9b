//! Reading JSON by hand. Pure.
//!
//! Derived readers are compiled once for each type that they read, which is a tenth of a small program's size; this one
//! is compiled once. What a dashboard reads is read so, and what it does not understand is as if it were not there.

use serde_json::Value;

/// The members of an object and the items of a list, for a reader who knows what should be there.
pub trait Json {
    /// A text member; empty when it is not there.
    fn text(&self, key: &str) -> &str;
    /// A text member, if it is there.
    fn maybe_text(&self, key: &str) -> Option<String>;
    /// A number member; 0 when it is not there.
    fn number(&self, key: &str) -> f64;
    /// The items of a list member; none when it is not there.
    fn items(&self, key: &str) -> &[Value];
    /// The texts of a list member, if it is there.
    fn texts(&self, key: &str) -> Option<Vec<String>>;
}

impl Json for Value {
    fn text(&self, key: &str) -> &str {
        self.get(key).and_then(Value::as_str).unwrap_or_default()
    }

    fn maybe_text(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Value::as_str).map(str::to_owned)
    }

    fn number(&self, key: &str) -> f64 {
        self.get(key).and_then(Value::as_f64).unwrap_or_default()
    }

    fn items(&self, key: &str) -> &[Value] {
        items(self.get(key))
    }

    fn texts(&self, key: &str) -> Option<Vec<String>> {
        let list = self.get(key)?.as_array()?;
        Some(texts(list))
    }
}

/// The items of a list; none of anything else.
pub fn items(value: Option<&Value>) -> &[Value] {
    value.and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts among items.
pub fn texts(list: &[Value]) -> Vec<String> {
    list.iter().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The numbers of items, `None` in place of anything else.
pub fn numbers(list: &[Value]) -> Vec<Option<f64>> {
    list.iter().map(Value::as_f64).collect()
}
