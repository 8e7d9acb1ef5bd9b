//! A PATCH field: absent keeps, null clears, a value sets.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A field of a PATCH body. Use with `#[serde(default, skip_serializing_if = "Patch::is_absent")]`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Patch<T> {
    /// The field was not in the body: keep what is stored.
    #[default]
    Absent,
    /// The field was null: clear it.
    Null,
    /// The field has a new value.
    Value(T),
}

impl<T> Patch<T> {
    /// True when the body did not name the field.
    pub fn is_absent(&self) -> bool {
        matches!(self, Patch::Absent)
    }

    /// The stored value after this patch.
    pub fn apply(self, stored: Option<T>) -> Option<T> {
        match self {
            Patch::Absent => stored,
            Patch::Null => None,
            Patch::Value(value) => Some(value),
        }
    }
}

impl<T: Serialize> Serialize for Patch<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Patch::Absent | Patch::Null => serializer.serialize_none(),
            Patch::Value(value) => value.serialize(serializer),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Patch<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Option::<T>::deserialize(deserializer)? {
            None => Patch::Null,
            Some(value) => Patch::Value(value),
        })
    }
}
