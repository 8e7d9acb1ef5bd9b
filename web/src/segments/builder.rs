//! Conditions that all hold, one a row: a dimension, how it compares, and values.

use crate::reports::filter::{self, Condition, dimension_key, dimension_of_key, operator_words};
use crate::reports::words;
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::{Views, part};
use leptos::prelude::*;
use leptos::reactive::owner::Owner;
use shared::query::{Dimension, Filter, FixedDimension, Operator};

/// The choice that asks for the name of a property.
const PROPERTY: &str = "props.";

/// The rows.
#[derive(Clone, Copy)]
pub struct Builder {
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
        self.values.update(|values| {
            for part in parts.into_iter().map(str::trim).filter(|part| !part.is_empty()) {
                if !values.iter().any(|known| known == part) {
                    values.push(part.to_owned());
                }
            }
        });
        self.draft.set(String::new());
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
    pub fn new(conditions: Vec<Condition>) -> Self {
        let builder = Builder {
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

    /// The filters; `None` when a row lacks something, which it then says.
    pub fn filters(self) -> Option<Vec<Filter>> {
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
        if rows.is_empty() {
            self.error.set("Add a condition".to_owned());
            whole = false;
        }
        let conditions = untrack(|| rows.into_iter().filter_map(Row::condition).collect::<Vec<_>>());
        whole.then(|| conditions.iter().map(Condition::to_query).collect())
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
        let dimensions = dimensions.filter(|dimension| !dimension.is_time() && !is_goal(dimension));
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
        let choose_operator = move |event| {
            if let Some(operator) = Operator::from_word(&event_target_value(&event)) {
                row.operator.set(operator);
            }
        };
        let remove = move |_| self.rows.update(|rows| rows.retain(|other| other.id != row.id));
        let property = move || {
            let asked = row.dimension.with(|key| key == PROPERTY);
            asked.then(|| {
                view! {
                    <input class="input" type="text" aria-label="Property" placeholder="Property" autocapitalize="none"
                        prop:value=row.property on:input=move |event| {
                            row.property.set(event_target_value(&event));
                            row.error.set(String::new());
                        } />
                }
            })
        };
        view! {
            <li class="condition">
                <div class="condition-head">
                    <select class="select" aria-label="Dimension" on:change=move |event| row.dimension.set(event_target_value(&event))>
                        {dimensions}
                    </select>
                    <select class="select" aria-label="Comparison" on:change=choose_operator>{operators.views()}</select>
                    <button type="button" class="icon-btn" aria-label="Remove condition" on:click=remove>{icon("x")}</button>
                </div>
                {crate::ui::part_if(property)}
                {values(row)}
                <p class="field-error" role="alert">{row.error}</p>
            </li>
        }
        .into_any()
    }
}

/// Goals are no dimension of visits before there are goals.
fn is_goal(dimension: &Dimension) -> bool {
    *dimension == Dimension::Fixed(FixedDimension::Goal)
}

/// The values of a row, and the field for one more.
fn values(row: Row) -> AnyView {
    let tokens = move || {
        let dimension = row.dimension();
        let token = move |value: String| {
            let words = match &dimension {
                Some(dimension) => crate::reports::bars::label(dimension, &value),
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
    let on_input = move |event| {
        row.draft.set(event_target_value(&event));
        row.error.set(String::new());
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let pattern = matches!(row.operator.get_untracked(), Operator::Matches | Operator::MatchesNot);
        let typed = !row.draft.with_untracked(String::is_empty);
        let ends = event.key() == "Enter" && typed || event.key() == "," && !pattern;
        if ends && !event.is_composing() {
            event.prevent_default();
            row.commit();
        }
    };
    view! {
        <ul class="chips tokens">{part(tokens)}</ul>
        <input class="input" type="text" aria-label="Value" placeholder="Value" autocapitalize="none" spellcheck="false"
            prop:value=row.draft on:input=on_input on:keydown=on_key />
    }
    .into_any()
}
