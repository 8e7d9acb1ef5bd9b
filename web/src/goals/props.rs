//! Conditions on the properties of a goal's event: a name and the value that it must have.

use crate::reports::hints::hints;
use crate::ui::combobox::{ComboboxSpec, Source, combobox};
use crate::ui::dom;
use crate::ui::icon::icon;
use crate::ui::{Views, part, part_if};
use leptos::prelude::*;
use shared::ids::SiteId;
use shared::query::Dimension;
use std::collections::BTreeMap;

/// The API takes no more.
const MOST: usize = 5;

/// The rows; those that are not shown are empty.
#[derive(Clone, Copy)]
pub struct Props {
    rows: StoredValue<Vec<Row>>,
    site: StoredValue<SiteId>,
    /// What is wrong with them.
    pub error: RwSignal<String>,
}

#[derive(Clone, Copy)]
struct Row {
    at: usize,
    shown: RwSignal<bool>,
    key: RwSignal<String>,
    value: RwSignal<String>,
}

impl Props {
    /// No conditions.
    pub fn new(site: StoredValue<SiteId>) -> Self {
        let row = |at| Row {
            at,
            shown: RwSignal::new(false),
            key: RwSignal::new(String::new()),
            value: RwSignal::new(String::new()),
        };
        Props {
            rows: StoredValue::new((0..MOST).map(row).collect()),
            site,
            error: RwSignal::new(String::new()),
        }
    }

    /// True when something is entered.
    pub fn is_dirty(self) -> bool {
        self.rows.get_value().into_iter().any(|row| row.shown.get())
    }

    /// The conditions; `None` when one lacks something, which is then said.
    pub fn read(self) -> Option<BTreeMap<String, String>> {
        let mut props = BTreeMap::new();
        for row in self.rows.get_value() {
            if !row.shown.get_untracked() {
                continue;
            }
            let (key, value) = (row.key.get_untracked().trim().to_owned(), row.value.get_untracked());
            let wrong = match (key.is_empty(), value.is_empty()) {
                (true, _) => "Enter the property's name",
                (_, true) => "Enter the property's value",
                _ if props.contains_key(&key) => "A property can have one value only",
                _ => {
                    props.insert(key, value);
                    continue;
                }
            };
            self.error.set(wrong.to_owned());
            return None;
        }
        Some(props)
    }

    /// The rows with a way to add one.
    pub fn view(self) -> AnyView {
        let rows = move || {
            let rows = self.rows.get_value().into_iter().filter(|row| row.shown.get());
            rows.map(|row| self.row(row)).views()
        };
        let add = move |_| {
            let next = self.rows.get_value().into_iter().find(|row| !row.shown.get_untracked());
            if let Some(row) = next {
                row.shown.set(true);
                dom::focus(".condition:last-of-type input");
            }
        };
        let button = move || {
            let rows = self.rows.get_value();
            rows.iter().any(|row| !row.shown.get()).then(|| {
                view! { <button type="button" class="btn" on:click=add>{icon("plus")}"Add condition"</button> }
            })
        };
        view! {
            <fieldset class="field">
                <legend>"Only with"</legend>
                <p class="field-help">"Properties that the event must carry, with their values. All of them must hold."</p>
                <ul class="builder">{part(rows)}</ul>
                <p class="field-error" id="goal-props-error" role="alert">{self.error}</p>
                <div class="actions start">{part_if(button)}</div>
            </fieldset>
        }
        .into_any()
    }

    fn row(self, row: Row) -> AnyView {
        let remove = move |_| {
            row.shown.set(false);
            row.key.set(String::new());
            row.value.set(String::new());
            self.error.set(String::new());
        };
        let keys = hints(self.site, || "event:props".to_owned());
        let values = hints(self.site, move || {
            Dimension::Prop(row.key.get().trim().to_owned()).to_string()
        });
        view! {
            <li class="condition">
                <div class="condition-head">
                    {self.field(row, "Property", row.key, keys)}
                    {self.field(row, "Value", row.value, values)}
                    <button type="button" class="icon-btn" aria-label="Remove condition" on:click=remove>{icon("x")}</button>
                </div>
            </li>
        }
        .into_any()
    }

    fn field(self, row: Row, label: &'static str, text: RwSignal<String>, source: Source) -> AnyView {
        combobox(ComboboxSpec {
            id: format!("{label}-{}", row.at),
            label,
            placeholder: label,
            described_by: "goal-props-error".to_owned(),
            text,
            source,
            pick: Callback::new(move |picked| text.set(picked)),
            enter: None,
            ends: Signal::stored(""),
        })
    }
}
