//! The form of the brand: name, accent, footer, and where else it is carried.

use super::white_label::Draft;
use crate::app::unsaved;
use crate::client::{Failure, agency};
use crate::ui::button::submit;
use crate::ui::field::{Field, FieldSpec};
use crate::ui::{dynamic, part_if};
use leptos::prelude::*;
use shared::accent::Accent;
use shared::branding::{Branding, SetBranding};

const COMPANY: FieldSpec = FieldSpec {
    help: "Left empty, portals carry Vitrine's name.",
    ..FieldSpec::text("brand-company", "Company name")
};
const ACCENT: FieldSpec = FieldSpec {
    placeholder: "#4f46e5",
    help: "A colour such as #0f766e. Left empty, it is Vitrine's.",
    ..FieldSpec::text("brand-accent", "Accent colour")
};

impl Draft {
    fn body(self) -> SetBranding {
        let given = |text: RwSignal<String>| Some(text.get().trim().to_owned()).filter(|text| !text.is_empty());
        SetBranding {
            company_name: given(self.company),
            accent: given(self.accent),
            hide_footer: self.hide_footer.get(),
            on_share_links: self.on_share_links.get(),
            on_mails: self.on_mails.get(),
        }
    }

    fn is_dirty(self) -> bool {
        let now = self.body();
        self.saved.with(|saved| {
            let same_accent = match (&now.accent, &saved.accent) {
                (Some(now), Some(saved)) => now.eq_ignore_ascii_case(saved),
                (now, saved) => now == saved,
            };
            let flags = |a: bool, b: bool, c: bool| (a, b, c);
            now.company_name != saved.company_name
                || !same_accent
                || flags(now.hide_footer, now.on_share_links, now.on_mails)
                    != flags(saved.hide_footer, saved.on_share_links, saved.on_mails)
        })
    }
}

/// The form.
pub fn brand_form(draft: Draft) -> AnyView {
    let (busy, said) = (RwSignal::new(false), RwSignal::new(""));
    let text = || RwSignal::new(String::new());
    let (company_error, accent_error) = (text(), text());
    unsaved::watch(move || draft.is_dirty());
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        said.set("");
        company_error.set(String::new());
        accent_error.set(String::new());
        let then = move |outcome: Result<Branding, Failure>| match outcome {
            Ok(branding) => {
                draft.accent.set(branding.accent.clone().unwrap_or_default());
                draft.company.set(branding.company_name.clone().unwrap_or_default());
                draft.saved.set(branding);
                said.set("Saved");
                draft.office.say("Saved");
            }
            Err(failure) => match (failure.field("company_name"), failure.field("accent")) {
                (None, None) => company_error.set(failure.message()),
                (company, accent) => {
                    company_error.set(company.unwrap_or_default());
                    accent_error.set(accent.unwrap_or_default());
                }
            },
        };
        let call = agency::set_branding(untrack(|| draft.body()));
        draft.office.call(busy, Box::pin(call), Box::new(then));
    };
    let check = |label: &'static str, value: RwSignal<bool>| {
        view! {
            <label class="check">
                <input type="checkbox" prop:checked=value on:change=move |event| value.set(event_target_checked(&event)) />
                <span>{label}</span>
            </label>
        }
        .into_any()
    };
    // The browser's own picker beside the text: each writes the other.
    let picked = move || {
        let text = draft.accent.get();
        Accent::of(text.trim()).map_or_else(|| "#4f46e5".to_owned(), |_| text.trim().to_ascii_lowercase())
    };
    let on_pick = move |event| {
        draft.accent.set(event_target_value(&event));
        accent_error.set(String::new());
    };
    view! {
        <form class="card block stack" on:submit=on_submit novalidate>
            <Field spec=COMPANY value=draft.company error=company_error />
            <div class="accent-row">
                <Field spec=ACCENT value=draft.accent error=accent_error />
                <input type="color" class="colour" aria-label="Pick the accent colour" prop:value=dynamic(picked) on:input=on_pick />
            </div>
            {part_if(move || swatches(&draft.accent.get()))}
            {check("Hide footer", draft.hide_footer)}
            {check("Shared dashboards carry the brand too", draft.on_share_links)}
            {check("Mails about incidents carry the company name", draft.on_mails)}
            <div class="actions start">{submit("Save", busy)} <span class="saved">{said}</span></div>
        </form>
    }
    .into_any()
}

/// What the accent comes to in both themes; nothing while it is none.
fn swatches(accent: &str) -> Option<AnyView> {
    let accent = accent.trim();
    let colours = Accent::of(accent)?;
    let is_kept = |colour: &str| colour.eq_ignore_ascii_case(accent);
    let adjusted = !is_kept(&colours.light.accent) || !is_kept(&colours.dark.accent);
    let swatch = |name: &'static str, colour: String, on: String| {
        let fill = colour.clone();
        view! {
            <span class="swatch" style:--swatch=fill style:--on-swatch=on>{name} " " <span class="mono">{colour}</span></span>
        }
        .into_any()
    };
    let note = if adjusted {
        "Adjusted to stay readable"
    } else {
        "Readable as it is"
    };
    Some(
        view! {
            <div class="swatches" role="status">
                {swatch("Light", colours.light.accent, colours.light.on_accent)}
                {swatch("Dark", colours.dark.accent, colours.dark.on_accent)}
                <span class="muted small">{note}</span>
            </div>
        }
        .into_any(),
    )
}
