//! Schemas of the types with a wire form of their own.

use super::{DateRange, Dimension, Filter, OrderBy};
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::{PartialSchema, ToSchema};

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

impl PartialSchema for Dimension {
    fn schema() -> RefOr<Schema> {
        text("A fixed dimension (`event:page`, `visit:source`, `time:day`, …) or `event:props:<key>`.")
            .examples(["visit:source"])
            .into()
    }
}
impl ToSchema for Dimension {}

impl PartialSchema for DateRange {
    fn schema() -> RefOr<Schema> {
        OneOfBuilder::new()
            .item(
                text("A named range; `Nd` are whole days that end yesterday.").pattern(Some(
                    "^(day|24h|month|year|all|realtime|[1-9][0-9]{0,3}d|[1-9][0-9]{0,2}mo)$",
                )),
            )
            .item(
                ArrayBuilder::new()
                    .items(text("A date (`YYYY-MM-DD`) or an RFC 3339 instant."))
                    .min_items(Some(2))
                    .max_items(Some(2))
                    .description(Some("Two dates, both included, or two instants.")),
            )
            .examples(["28d"])
            .into()
    }
}
impl ToSchema for DateRange {}

impl PartialSchema for Filter {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(RefOr::T(Schema::AllOf(Default::default())))
            .min_items(Some(2))
            .max_items(Some(4))
            .description(Some(
                "`[operator, dimension, [values…], {\"case_sensitive\": false}?]`, `[\"and\"|\"or\", [filters…]]` or `[\"not\", filter]`; \
                 operators: `is`, `is_not`, `contains`, `contains_not`, `matches`, `matches_not`.",
            ))
            .into()
    }
}
impl ToSchema for Filter {}

impl PartialSchema for OrderBy {
    fn schema() -> RefOr<Schema> {
        ArrayBuilder::new()
            .items(ObjectBuilder::new().schema_type(Type::String))
            .min_items(Some(2))
            .max_items(Some(2))
            .description(Some("A metric or dimension of the query, and `asc` or `desc`."))
            .into()
    }
}
impl ToSchema for OrderBy {}
