//! The form that makes or changes a segment.

use super::manage::Segments;
use super::name_words;
use super::row::used_by;
use crate::app::unsaved;
use crate::client::Access;
use crate::client::segments;
use crate::reports::builder::{Asker, Builder};
use crate::reports::{filter, sentence};
use crate::ui::Views;
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::patch::Patch;
use shared::query::Filter;
use shared::segment::{CreateSegment, Segment, UpdateSegment};

const NAME: FieldSpec = FieldSpec {
    placeholder: "Visits from Germany",
    ..FieldSpec::text("segment-name", "Name")
};

/// The form; `None` makes a new segment.
pub fn segment_form(all: Segments, segment: Option<Segment>, on_close: Callback<()>) -> AnyView {
    let before = segment.as_ref().map(|segment| segment.name.clone()).unwrap_or_default();
    let (name, name_error) = (RwSignal::new(before.clone()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let filters = segment.as_ref().map(|segment| segment.filters.clone());
    let builder = filter::plain(filters.as_deref().unwrap_or_default()).map(|conditions| {
        let asker = Asker {
            site: all.site.get_value(),
            access: Access::Session,
            scope: "date_range=all".to_owned(),
        };
        Builder::new(conditions, asker)
    });
    dom::focus("#segment-name");
    unsaved::watch(move || name.with(|name| *name != before) || builder.is_some_and(Builder::is_changed));
    let editing = segment.as_ref().map(|segment| segment.id.clone());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            name_error.set("Enter a name".to_owned());
        }
        let filters: Option<Vec<Filter>> = match builder {
            Some(builder) => match builder.filters() {
                Some(filters) => Some(filters),
                None => return,
            },
            None => None,
        };
        if wanted.is_empty() || busy.get_untracked() {
            return;
        }
        busy.set(true);
        let editing = editing.clone();
        spawn(async move {
            let Some(site) = all.site.try_get_value() else { return };
            let answer = match &editing {
                None => {
                    let filters = filters.unwrap_or_default();
                    segments::create(&site, &CreateSegment { name: wanted, filters }).await
                }
                Some(id) => {
                    let filters = filters.map_or(Patch::Absent, Patch::Value);
                    let name = Patch::Value(wanted);
                    segments::update(&site, id, &UpdateSegment { name, filters }).await
                }
            };
            busy.try_set(false);
            match answer {
                Ok(segment) => {
                    on_close.run(());
                    all.put(segment);
                    all.announce
                        .run(if editing.is_some() { "Saved" } else { "Segment created" }.to_owned());
                }
                Err(failure) => {
                    let Some(failure) = all.session.check(failure, all.router) else {
                        return;
                    };
                    match (builder, failure.within("filters")) {
                        (Some(builder), Some(words)) => builder.complain(words),
                        _ => drop(name_error.try_set(name_words(&failure))),
                    }
                }
            }
        });
    };
    let conditions = match builder {
        Some(builder) => builder.view(),
        None => {
            let lines = filters
                .iter()
                .flatten()
                .map(|filter| view! { <li>{sentence::filter(filter)}</li> });
            view! {
                <ul class="conditions">{lines.views()}</ul>
                <p class="field-help">"These conditions were made over the API and say more than this form can. Here you can rename the segment."</p>
            }
            .into_any()
        }
    };
    let in_use = segment.as_ref().filter(|segment| !segment.share_links.is_empty());
    let in_use = in_use.map(|segment| {
        view! { <p class="field-help">{format!("{}. New conditions hold there at once.", used_by(segment))}</p> }
    });
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=NAME value=name error=name_error />
            {conditions}
            {in_use}
            <div class="actions start">
                {submit(if segment.is_some() { "Save" } else { "Create segment" }, busy)}
                {button("Cancel", on_close)}
            </div>
        </form>
    }
    .into_any()
}
