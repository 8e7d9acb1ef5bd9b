//! Schemas of words of the wire. The macros that make the enums hand `rename` a fragment that derives can't read.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, Type};

/// One of these words.
pub(crate) fn words(what: &str, words: impl Iterator<Item = &'static str>) -> RefOr<Schema> {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(format!("One {what}.")))
        .enum_values(Some(words.collect::<Vec<_>>()))
        .into()
}
