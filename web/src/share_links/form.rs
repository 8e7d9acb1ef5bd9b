//! The form that makes a link.

use super::manage::Links;
use crate::client::{Failure, share_links};
use crate::ui::button::{button, submit};
use crate::ui::dom;
use crate::ui::field::{Field, FieldSpec};
use leptos::prelude::*;
use leptos::task::spawn_local;
use shared::problem::ProblemCode;

const NAME: FieldSpec = FieldSpec {
    placeholder: "Client, team or campaign",
    ..FieldSpec::text("link-name", "Name")
};

/// Asks for a name and makes the link.
#[component]
pub fn CreateForm(
    /// The page.
    links: Links,
    /// Takes the form away.
    on_close: Callback<()>,
) -> impl IntoView {
    let (name, error) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let busy = RwSignal::new(false);
    dom::focus("#link-name");
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
        spawn_local(async move {
            let Some(site) = links.site.try_get_value() else { return };
            let answer = share_links::create(&site, wanted).await;
            busy.try_set(false);
            match answer {
                Ok(link) => {
                    links.fresh.try_set(Some(link.id.clone()));
                    links.change(|list| list.data.push(link));
                    links.announce.run("Share link created".to_owned());
                    on_close.run(());
                }
                Err(failure) => {
                    if let Some(failure) = links.session.check(failure, links.router) {
                        if failure.is(ProblemCode::LimitReached) {
                            links.load();
                        }
                        error.try_set(name_error(&failure));
                    }
                }
            }
        });
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        if event.key() == "Escape" {
            on_close.run(());
        }
    };
    view! {
        <form class="card block stack" on:submit=on_submit on:keydown=on_key novalidate>
            <Field spec=NAME value=name error=error />
            <p class="field-help">"Anyone with the link can view this dashboard in read-only mode."</p>
            <div class="actions start">
                {submit("Create share link", busy)}
                {button("Cancel", on_close)}
            </div>
        </form>
    }
}

/// What is wrong with a name, in the words of the product.
pub fn name_error(failure: &Failure) -> String {
    let known = [
        (ProblemCode::NameTaken, "A link with this name already exists"),
        (
            ProblemCode::NameReserved,
            "This name is reserved. Please choose another one",
        ),
        (
            ProblemCode::LimitReached,
            "The limit is reached. Revoke unused links to free up slots.",
        ),
    ];
    match known.into_iter().find(|(code, _)| failure.is(*code)) {
        Some((_, words)) => words.to_owned(),
        None => failure.field("name").unwrap_or_else(|| failure.message()),
    }
}
