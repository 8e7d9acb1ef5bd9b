//! Schemas of the types with a wire form of their own.

use super::{DateRange, Dimension, Direction, Filter, FixedDimension, Metric, Operator, OrderBy};
use utoipa::openapi::schema::{Array, ArrayBuilder, ArrayItems, ObjectBuilder, OneOfBuilder, Schema, Type};
use utoipa::openapi::{KnownFormat, Ref, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};

fn text(description: &str) -> ObjectBuilder {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
}

fn word(word: &str) -> Schema {
    ObjectBuilder::new()
        .schema_type(Type::String)
        .enum_values(Some([word]))
        .into()
}

fn named(schema: &str) -> Schema {
    // A list of schemas takes no bare reference, one of a single reference is the same.
    OneOfBuilder::new().item(Ref::from_schema_name(schema)).into()
}

/// A list with a fixed meaning for each place, and of at least as many places as are needed.
fn tuple(places: Vec<Schema>, needed: usize) -> Array {
    let most = places.len();
    ArrayBuilder::new()
        .prefix_items(places)
        .items(ArrayItems::False)
        .min_items(Some(needed))
        .max_items(Some(most))
        .build()
}

fn list_of(item: impl Into<RefOr<Schema>>, least: usize) -> Schema {
    ArrayBuilder::new().items(item.into()).min_items(Some(least)).into()
}

impl PartialSchema for Dimension {
    fn schema() -> RefOr<Schema> {
        let fixed = FixedDimension::ALL.iter().map(|dimension| dimension.as_str());
        let fixed = fixed.collect::<Vec<_>>().join("|");
        text("A fixed dimension (`event:page`, `visit:source`, `time:day`, …) or `event:props:<key>`.")
            .pattern(Some(format!("^({fixed}|event:props:[\\s\\S]{{1,300}})$")))
            .examples(["visit:source"])
            .into()
    }
}
impl ToSchema for Dimension {}

impl PartialSchema for DateRange {
    fn schema() -> RefOr<Schema> {
        let two = |item: ObjectBuilder| ArrayBuilder::new().items(item).min_items(Some(2)).max_items(Some(2));
        // Formats need not be checked, so patterns tell the one from the other.
        let date = text("A date.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .pattern(Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
        let instant = text("An instant.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some("^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]"));
        OneOfBuilder::new()
            .item(
                text("A named range; `Nd` are whole days that end yesterday.").pattern(Some(
                    "^(day|24h|month|year|all|realtime|[1-9][0-9]{0,3}d|[1-9][0-9]{0,2}mo)$",
                )),
            )
            .item(two(date).description(Some("Two dates of the site's zone, both included.")))
            .item(two(instant).description(Some("Two instants; the second is not included.")))
            .examples(["28d"])
            .into()
    }
}
impl ToSchema for DateRange {
    fn name() -> std::borrow::Cow<'static, str> {
        "DateRange".into()
    }
}

impl PartialSchema for Filter {
    fn schema() -> RefOr<Schema> {
        let modifiers = ObjectBuilder::new()
            .property("case_sensitive", ObjectBuilder::new().schema_type(Type::Boolean))
            .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)));
        let operator = crate::schema::words("operator", Operator::ALL.iter().map(|operator| operator.as_str()));
        let RefOr::T(operator) = operator else {
            unreachable!("words are no reference")
        };
        let values = list_of(text("A value."), 1);
        let compare = tuple(vec![operator, named("Dimension"), values, modifiers.into()], 3);
        let all = |join| tuple(vec![word(join), list_of(Ref::from_schema_name("Filter"), 1)], 2);
        OneOfBuilder::new()
            .item(Schema::Array(compare))
            .item(Schema::Array(all("and")))
            .item(Schema::Array(all("or")))
            .item(Schema::Array(tuple(vec![word("not"), named("Filter")], 2)))
            .item(Schema::Array(tuple(vec![word("has_done"), named("Filter")], 2)))
            .item(Schema::Array(tuple(vec![word("has_not_done"), named("Filter")], 2)))
            .description(Some(
                "`[operator, dimension, [values…], {\"case_sensitive\": false}?]`, `[\"and\"|\"or\", [filters…]]`, `[\"not\", filter]`, \
                 or `[\"has_done\"|\"has_not_done\", filter]`: the visit has an event, whichever it is, for which the filter holds.",
            ))
            .examples([serde_json::json!(["is", "visit:country", ["DE", "FR"]])])
            .into()
    }
}
impl ToSchema for Filter {
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push(("Dimension".to_owned(), Dimension::schema()));
    }
}

impl PartialSchema for OrderBy {
    fn schema() -> RefOr<Schema> {
        let metrics = Metric::ALL.iter().map(|metric| metric.as_str());
        let dimensions = FixedDimension::ALL.iter().map(|dimension| dimension.as_str());
        let keys = metrics.chain(dimensions).collect::<Vec<_>>().join("|");
        let key = text("A metric or dimension of the query.")
            .pattern(Some(format!("^({keys}|event:props:[\\s\\S]{{1,300}})$")));
        let direction = crate::schema::words("direction", Direction::ALL.iter().map(|direction| direction.as_str()));
        let RefOr::T(direction) = direction else {
            unreachable!("words are no reference")
        };
        Schema::Array(tuple(vec![key.into(), direction], 2)).into()
    }
}
impl ToSchema for OrderBy {}
