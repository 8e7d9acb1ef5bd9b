//! The dialog that gives the present filters a name.

use super::menu::Known;
use super::name_words;
use crate::app::session::use_session;
use crate::client::segments;
use crate::reports::filter::Condition;
use crate::reports::sentence;
use crate::router::use_router;
use crate::ui::Views;
use crate::ui::announce::announcer;
use crate::ui::button::{button, submit};
use crate::ui::dialog::Dialog;
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use shared::segment::CreateSegment;

const NAME: FieldSpec = FieldSpec::text("segment-name", "Name");

/// Asks for a name and makes the segment.
#[component]
pub fn SaveDialog(
    /// The menu.
    known: Known,
) -> impl IntoView {
    let (router, session) = (use_router(), use_session());
    let announce = announcer();
    let (name, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    let filters = known.dash.view.with_untracked(|view| view.filters.clone());
    let lines = filters
        .iter()
        .map(|filter| view! { <li>{sentence::condition(filter)}</li> })
        .views();
    let close = Callback::new(move |()| known.saving.set(false));
    dom::focus("#segment-name");
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let wanted = name.get_untracked().trim().to_owned();
        if wanted.is_empty() {
            error.set("Enter a name".to_owned());
            return;
        }
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        let site = known.dash.site.with_value(|site| site.id.clone());
        let body = CreateSegment {
            name: wanted,
            filters: filters.iter().map(Condition::to_query).collect(),
        };
        spawn(async move {
            let answer = segments::save(&site, &body).await;
            busy.try_set(false);
            match answer {
                Ok(()) => {
                    known.load(session, router);
                    announce.run("Segment saved".to_owned());
                    close.run(());
                }
                Err(failure) => {
                    if let Some(failure) = session.check(failure, router) {
                        let words = failure.within("filters").unwrap_or_else(|| name_words(&failure));
                        error.try_set(words);
                    }
                }
            }
        });
    };
    view! {
        <Dialog title="Save as segment" class="narrow" on_close=close>
            <form class="stack" on:submit=on_submit novalidate>
                <Field spec=NAME value=name error=error />
                <ul class="conditions">{lines}</ul>
                <div class="actions">
                    {button("Cancel", close)}
                    {submit("Save segment", busy)}
                </div>
            </form>
        </Dialog>
    }
}
