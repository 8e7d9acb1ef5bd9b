//! Who may show a portal in a page of theirs.

use super::row::Row;
use crate::client::Failure;
use crate::client::agency;
use crate::ui::area::area;
use crate::ui::button::{button, submit};
use crate::ui::copy::CopyField;
use crate::ui::dialog::Dialog;
use crate::ui::field::FieldSpec;
use crate::ui::part_if;
use crate::ui::select::select;
use leptos::prelude::*;
use shared::portal::Portal;

const FRAMES: FieldSpec = FieldSpec::text("portal-frames", "Who may embed it");
const ORIGINS: FieldSpec = FieldSpec {
    placeholder: "https://client.example",
    help: "One origin a line, such as https://client.example.",
    ..FieldSpec::text("portal-origins", "Sites")
};

/// The dialog in which that is chosen.
pub fn frames_dialog(row: Row, on_close: Callback<()>) -> AnyView {
    let (enabled, before, url) = row.portal.with_untracked(|portal| {
        let origins = portal.frame_ancestors.join("\n");
        (portal.enabled, origins, portal.url.clone())
    });
    let kind = match before.as_str() {
        "" => "none",
        "*" => "any",
        _ => "some",
    };
    let text = |value: &str| RwSignal::new(value.to_owned());
    let (choice, choice_error) = (text(kind), text(""));
    let (origins, origins_error) = (text(if kind == "some" { &before } else { "" }), text(""));
    let busy = RwSignal::new(false);
    let options = || {
        let option = |(key, label): (&str, &str)| (key.to_owned(), label.to_owned());
        [("none", "Nobody"), ("some", "These sites"), ("any", "Any site")]
            .map(option)
            .to_vec()
    };
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let named = || {
            let text = origins.get_untracked();
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        let wanted = match choice.get_untracked().as_str() {
            "any" => vec!["*".to_owned()],
            "some" => named(),
            _ => Vec::new(),
        };
        if choice.with_untracked(|choice| choice == "some") && wanted.is_empty() {
            origins_error.set("Enter at least one origin".to_owned());
            return;
        }
        let then = move |outcome: Result<Portal, Failure>| match outcome {
            Ok(portal) => {
                row.portal.set(portal);
                row.office.say("Saved");
                on_close.run(());
            }
            Err(failure) => {
                let words = failure.within("frame_ancestors").unwrap_or_else(|| failure.message());
                // The field for the origins is only there for one of the choices.
                match choice.with_untracked(|choice| choice == "some") {
                    true => origins_error.set(words),
                    false => choice_error.set(words),
                }
            }
        };
        let call = agency::set(row.holder.get_value(), enabled, Some(wanted));
        row.office.call(busy, Box::pin(call), Box::new(then));
    };
    let named = move || {
        choice
            .with(|choice| choice == "some")
            .then(|| area(ORIGINS, origins, origins_error))
    };
    let code = move || {
        let (url, name) = (url.clone()?, row.name.get_value());
        let allowed = choice.with(|choice| choice != "none");
        allowed.then(
            || view! { <CopyField name=format!("Embed code of {name}") label="Copy code" text=code(&url, &name) /> },
        )
    };
    let title = row.name.with_value(|name| format!("Embedding of {name}"));
    view! {
        <Dialog title=title class="narrow" on_close=on_close>
            <form class="stack" on:submit=on_submit novalidate>
                {select(FRAMES, Box::new(options), choice, choice_error)}
                {part_if(named)}
                {part_if(code)}
                <div class="actions">{button("Cancel", on_close)} {submit("Save", busy)}</div>
            </form>
        </Dialog>
    }
    .into_any()
}

/// One line, because the field has one. The script gives the frame the height of what it shows; it comes from where the
/// portal does not answer under the account's own domain.
fn code(url: &str, name: &str) -> String {
    let origin = crate::ui::dom::origin();
    let url = url.replace('&', "&amp;");
    let name = name.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;");
    format!(
        r#"<iframe data-vitrine src="{url}?embed=true" title="Health of {name}" width="100%" height="1000" frameborder="0" loading="lazy"></iframe> <script async src="{origin}/js/embed.js"></script>"#
    )
}
