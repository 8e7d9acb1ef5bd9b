//! Conditions that all hold, one a row: a dimension, how it compares, and values.

use super::bars::label;
use super::filter::{self, Condition, dimension_key, dimension_of_key, operator_words};
use super::words;
use crate::client::Access;
use crate::client::stats::suggestions;
use crate::ui::combobox::{ComboboxSpec, Source, combobox};
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::tasks::effect;
use crate::ui::{Views, part};
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use shared::ids::SiteId;
use shared::query::{Dimension, Filter, FixedDimension, Operator};
use std::sync::Arc;

/// The choice that asks for the name of a property.
const PROPERTY: &str = "props.";

/// Of which data values are suggested.
#[derive(Clone)]
pub struct Asker {
    /// The site.
    pub site: SiteId,
    /// With which key it is asked.
    pub access: Access,
    /// Range and filters as a query string.
    pub scope: String,
}

/// The rows.
#[derive(Clone, Copy)]
pub struct Builder {
    asker: StoredValue<Asker>,
    rows: RwSignal<Vec<Row>>,
    start: StoredValue<Vec<Condition>>,
    error: RwSignal<String>,
    /// Counts the rows, for ids that are unique on the page.
    last_id: StoredValue<u32>,
    /// Rows live as long as the form, whoever adds them.
    owner: StoredValue<Owner>,
}

/// One row, as far as it is filled in.
#[derive(Clone, Copy)]
struct Row {
    id: u32,
    /// A dimension's key in the URL, or [`PROPERTY`].
    dimension: RwSignal<String>,
    property: RwSignal<String>,
    operator: RwSignal<Operator>,
    values: RwSignal<Vec<String>>,
    draft: RwSignal<String>,
    error: RwSignal<String>,
}

impl Row {
    fn new(id: u32, condition: &Condition) -> Self {
        let (dimension, property) = match &condition.dimension {
            Dimension::Prop(key) => (PROPERTY.to_owned(), key.clone()),
            fixed => (dimension_key(fixed), String::new()),
        };
        Row {
            id,
            dimension: RwSignal::new(dimension),
            property: RwSignal::new(property),
            operator: RwSignal::new(condition.operator),
            values: RwSignal::new(condition.values.clone()),
            draft: RwSignal::new(String::new()),
            error: RwSignal::new(String::new()),
        }
    }

    /// Takes what is being typed as a value. A pattern may hold commas, other values end there.
    fn commit(self) {
        let text = self.draft.get_untracked();
        let pattern = matches!(self.operator.get_untracked(), Operator::Matches | Operator::MatchesNot);
        let parts: Vec<&str> = if pattern {
            vec![&text]
        } else {
            text.split(',').collect()
        };
        for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
            self.add(part.to_owned());
        }
        self.draft.set(String::new());
    }

    fn add(self, value: String) {
        self.error.set(String::new());
        self.values.update(|values| {
            if !values.contains(&value) {
                values.push(value);
            }
        });
    }

    /// The id of what says that the row lacks something.
    fn error_id(self) -> String {
        format!("condition-{}-error", self.id)
    }

    fn dimension(self) -> Option<Dimension> {
        let key = self.dimension.get();
        if key == PROPERTY {
            let property = self.property.get().trim().to_owned();
            return (!property.is_empty()).then_some(Dimension::Prop(property));
        }
        dimension_of_key(&key)
    }

    fn condition(self) -> Option<Condition> {
        let values = self.values.get();
        Some(Condition {
            dimension: self.dimension()?,
            operator: self.operator.get(),
            values: (!values.is_empty()).then_some(values)?,
        })
    }
}

impl Builder {
    /// Rows with these conditions, or one to begin with.
    pub fn new(conditions: Vec<Condition>, asker: Asker) -> Self {
        let builder = Builder {
            asker: StoredValue::new(asker),
            rows: RwSignal::new(Vec::new()),
            start: StoredValue::new(conditions.clone()),
            error: RwSignal::new(String::new()),
            last_id: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
        };
        for condition in conditions {
            builder.push(&condition);
        }
        if builder.rows.with_untracked(Vec::is_empty) {
            builder.add();
        }
        builder
    }

    fn push(self, condition: &Condition) {
        let id = self.last_id.get_value() + 1;
        self.last_id.set_value(id);
        let row = self.owner.get_value().with(|| Row::new(id, condition));
        self.rows.update(|rows| rows.push(row));
    }

    fn add(self) {
        self.push(&Condition {
            dimension: FixedDimension::Page.into(),
            operator: Operator::Is,
            values: Vec::new(),
        });
    }

    /// True when the rows say something else than at first.
    pub fn is_changed(self) -> bool {
        let rows = self.rows.get();
        let typed = rows.iter().any(|row| !row.draft.with(String::is_empty));
        let now: Vec<Condition> = rows.into_iter().filter_map(Row::condition).collect();
        typed || self.start.with_value(|start| *start != now)
    }

    /// The filters for the API; `None` when a row lacks something, which it then says.
    pub fn filters(self) -> Option<Vec<Filter>> {
        if self.rows.with_untracked(Vec::is_empty) {
            self.error.set("Add a condition".to_owned());
        }
        let conditions = self.conditions().filter(|conditions| !conditions.is_empty())?;
        Some(conditions.iter().map(Condition::to_query).collect())
    }

    /// The conditions; `None` when a row lacks something, which it then says.
    pub fn conditions(self) -> Option<Vec<Condition>> {
        let rows = self.rows.get_untracked();
        let mut whole = true;
        for row in &rows {
            row.commit();
            let missing = match untrack(|| (row.dimension(), row.values.with(Vec::is_empty))) {
                (None, _) => "Enter the property's name",
                (_, true) => "Enter a value",
                _ => continue,
            };
            row.error.set(missing.to_owned());
            whole = false;
        }
        let conditions = untrack(|| rows.into_iter().filter_map(Row::condition).collect::<Vec<_>>());
        whole.then_some(conditions)
    }

    /// Says what the server has against the conditions.
    pub fn complain(self, words: String) {
        self.error.try_set(words);
    }

    /// The rows with a way to add one.
    pub fn view(self) -> AnyView {
        let rows = move || self.rows.get().into_iter().map(|row| self.row(row)).views();
        let add = move |_| {
            self.add();
            self.error.set(String::new());
            dom::focus(".condition:last-of-type select");
        };
        view! {
            <fieldset class="field">
                <legend>"Conditions"</legend>
                <p class="field-help">"All of them must hold. A value ends with Enter or a comma; one of several values is enough."</p>
                <ul class="builder">{part(rows)}</ul>
                <p class="field-error" role="alert">{self.error}</p>
                <div class="actions start"><button type="button" class="btn" on:click=add>{icon("plus")}"Add condition"</button></div>
            </fieldset>
        }
        .into_any()
    }

    fn row(self, row: Row) -> AnyView {
        let dimensions = FixedDimension::ALL.iter().map(|fixed| Dimension::Fixed(*fixed));
        let dimensions = dimensions.filter(|dimension| !dimension.is_time());
        let option = |(key, label): (String, String)| {
            let chosen = row.dimension.with_untracked(|now| *now == key);
            view! { <option value=key selected=chosen>{label}</option> }
        };
        let dimensions = dimensions.map(|dimension| (dimension_key(&dimension), words::dimension(&dimension)));
        let dimensions = dimensions
            .chain([(PROPERTY.to_owned(), "Property…".to_owned())])
            .map(option)
            .views();
        let operators = filter::operators().map(|operator| {
            let chosen = row.operator.get_untracked() == operator;
            view! { <option value=operator.as_str() selected=chosen>{operator_words(operator)}</option> }
        });
        let choose_dimension = move |event| {
            row.dimension.set(event_target_value(&event));
            // What was chosen is nothing of another dimension.
            row.values.set(Vec::new());
        };
        let choose_operator = move |event| {
            if let Some(operator) = Operator::from_word(&event_target_value(&event)) {
                row.operator.set(operator);
            }
        };
        let remove = move |_| self.rows.update(|rows| rows.retain(|other| other.id != row.id));
        let property = move || {
            let asked = row.dimension.with(|key| key == PROPERTY);
            asked.then(|| {
                combobox(ComboboxSpec {
                    id: format!("property-{}", row.id),
                    label: "Property",
                    placeholder: "Property",
                    described_by: row.error_id(),
                    text: row.property,
                    source: self.source(row, true),
                    pick: Callback::new(move |key| row.property.set(key)),
                    enter: Some(Callback::new(|()| {})),
                    ends: Signal::stored(""),
                })
            })
        };
        view! {
            <li class="condition">
                <div class="condition-head">
                    <select class="select" aria-label="Dimension" on:change=choose_dimension>
                        {dimensions}
                    </select>
                    <select class="select" aria-label="Comparison" on:change=choose_operator>{operators.views()}</select>
                    <button type="button" class="icon-btn" aria-label="Remove condition" on:click=remove>{icon("x")}</button>
                </div>
                {crate::ui::part_if(property)}
                {self.values(row)}
                <p class="field-error" id=row.error_id() role="alert">{row.error}</p>
            </li>
        }
        .into_any()
    }

    /// Suggests values of a row's dimension, or the names of properties.
    fn source(self, row: Row, keys: bool) -> Source {
        Arc::new(move |text: String| {
            let Asker { site, access, scope } = self.asker.get_value();
            let dimension = untrack(|| row.dimension());
            let word = match &dimension {
                _ if keys => "event:props".to_owned(),
                Some(dimension) => dimension.to_string(),
                None => String::new(),
            };
            Box::pin(async move {
                let values = suggestions(&site, &access, &word, text.trim(), &scope).await;
                let named = |value: String| {
                    let words = match &dimension {
                        Some(dimension) if !keys => label(dimension, &value),
                        _ => value.clone(),
                    };
                    (value, words)
                };
                // Suggestions are a help: where there are none, one types.
                values.unwrap_or_default().into_iter().map(named).collect()
            })
        })
    }

    /// The values of a row, and the field for one more.
    fn values(self, row: Row) -> AnyView {
        let tokens = move || {
            let dimension = row.dimension();
            let token = move |value: String| {
                let words = match &dimension {
                    Some(dimension) => label(dimension, &value),
                    None => value.clone(),
                };
                let name = format!("Remove {words}");
                let remove = move |_| row.values.update(|values| values.retain(|other| *other != value));
                view! {
                    <li class="chip">
                        <span>{words}</span>
                        <button type="button" class="chip-x" aria-label=name on:click=remove>{icon("x")}</button>
                    </li>
                }
            };
            row.values.get().into_iter().map(token).views()
        };
        let pattern = move || matches!(row.operator.get(), Operator::Matches | Operator::MatchesNot);
        let field = combobox(ComboboxSpec {
            id: format!("value-{}", row.id),
            label: "Value",
            placeholder: "Value",
            described_by: row.error_id(),
            text: row.draft,
            source: self.source(row, false),
            pick: Callback::new(move |value: String| {
                row.draft.set(String::new());
                row.add(value);
            }),
            enter: Some(Callback::new(move |()| row.commit())),
            ends: Signal::derive(move || if pattern() { "" } else { "," }),
        });
        effect(move || {
            if !row.draft.with(String::is_empty) {
                row.error.set(String::new());
            }
        });
        view! {
            <ul class="chips tokens">{part(tokens)}</ul>
            {field}
        }
        .into_any()
    }
}
