//! How a portal will look with the brand as it is being entered, in both themes.

use super::white_label::Draft;
use crate::ui::icon::icon;
use crate::ui::markup::{Markup, written};
use crate::ui::part_if;
use crate::ui::ring::ring;
use leptos::prelude::*;
use shared::accent::Accent;

/// Both previews.
pub fn preview(draft: Draft) -> AnyView {
    view! {
        <section class="previews" aria-label="Preview">
            {frame(draft, "Light", "preview light", |accent| (accent.light.accent, accent.light.on_accent))}
            {frame(draft, "Dark", "preview dark", |accent| (accent.dark.accent, accent.dark.on_accent))}
        </section>
    }
    .into_any()
}

fn frame(draft: Draft, name: &'static str, class: &'static str, of: fn(Accent) -> (String, String)) -> AnyView {
    let colours = Memo::new(move |_| Accent::of(draft.accent.get().trim()).map(of));
    // An empty value takes the variable away, and Vitrine's own holds.
    let accent = move || colours.get().map(|(accent, _)| accent).unwrap_or_default();
    let on_accent = move || colours.get().map(|(_, on_accent)| on_accent).unwrap_or_default();
    let company = Memo::new(move |_| draft.company.with(|company| company.trim().to_owned()));
    let logo = move || {
        draft
            .logo
            .get()
            .map(|url| view! { <span class="portal-logo"><img src=url alt="" /></span> })
    };
    let own = move || {
        let bare = company.with(String::is_empty) && draft.logo.with(Option::is_none) && !draft.hide_footer.get();
        bare.then(|| view! { {icon("brand")} <b>"Vitrine"</b> })
    };
    let foot = move || (!draft.hide_footer.get()).then(|| view! { <p class="muted small">"Measured by Vitrine"</p> });
    let score = |markup: &mut Markup| ring(Some(0.87), "87", "Example", markup);
    view! {
        <figure class=class style:--accent=accent style:--on-accent=on_accent>
            <figcaption class="muted small">{name}</figcaption>
            <div class="preview-head">{part_if(logo)} {part_if(own)} <b>{company}</b></div>
            <div class="card block preview-card">
                {written("", Box::new(score))}
                <span class="preview-line" aria-hidden="true"></span>
            </div>
            {part_if(foot)}
        </figure>
    }
    .into_any()
}
