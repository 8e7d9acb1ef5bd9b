//! The brand of an account on the pages of recipients.

use crate::client::json::Json;
use crate::ui::dom;
use crate::ui::markup::Markup;
use leptos::prelude::*;
use serde_json::Value;
use wasm_bindgen::JsCast;

/// Whether nothing on the page is to name Vitrine.
pub fn hides_footer(brand: &Value) -> bool {
    brand.get("hide_footer").and_then(Value::as_bool) == Some(true)
}

/// The logo and the company's name; false when there is neither.
pub fn mark(brand: &Value, markup: &mut Markup) -> bool {
    let (name, logo) = (brand.maybe_text("company_name"), brand.maybe_text("logo_url"));
    if let Some(logo) = &logo {
        // The name stands beside it, if there is one.
        markup
            .raw("<span class=\"portal-logo\"><img alt=\"\" src=\"")
            .text(logo)
            .raw("\"></span>");
    }
    if let Some(name) = &name {
        markup.element("<b>", name, "</b>");
    }
    name.is_some() || logo.is_some()
}

/// What a brand's accent colours, and of what: the accent itself comes from the brand, the others are mixed from it.
const MIXED: [(&str, &str); 3] = [
    ("--area", "color-mix(in srgb, var(--accent) 10%, transparent)"),
    ("--bar", "color-mix(in srgb, var(--accent) 20%, var(--card))"),
    ("--accent-hover", "color-mix(in srgb, var(--accent) 85%, var(--fg))"),
];
const GIVEN: [(&str, &str); 2] = [("--accent", "accent"), ("--on-accent", "on_accent")];

fn root_style() -> Option<web_sys::CssStyleDeclaration> {
    let root = document().document_element()?;
    Some(root.dyn_into::<web_sys::HtmlElement>().ok()?.style())
}

/// Gives the page the brand's colours.
pub fn colours(brand: &Value) {
    let (Some(style), Some(colours)) = (root_style(), brand.get("colours")) else {
        return;
    };
    for (variable, key) in GIVEN {
        let of = |theme: &str| colours.get(theme)?.maybe_text(key);
        if let (Some(light), Some(dark)) = (of("light"), of("dark")) {
            let _ = style.set_property(variable, &format!("light-dark({light}, {dark})"));
            for (other, mix) in MIXED {
                let _ = style.set_property(other, mix);
            }
        }
    }
}

/// Takes the brand from the page itself: its colours, and its name in the titles that are set from now on.
pub fn undress() {
    if let Some(style) = root_style() {
        for (variable, _) in GIVEN.into_iter().chain(MIXED) {
            let _ = style.remove_property(variable);
        }
    }
    dom::unname_pages();
}

/// Sets the picture in the browser's tab.
pub fn picture(url: &str) {
    if let Some(icon) = document().query_selector("link[rel=icon]").ok().flatten() {
        let _ = icon.set_attribute("href", url);
    }
}
