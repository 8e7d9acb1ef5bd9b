//! The brand of an account on the pages of recipients.

use crate::client::json::Json;
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

/// Gives the page the brand's colours.
pub fn colours(brand: &Value) {
    let root = document()
        .document_element()
        .and_then(|root| root.dyn_into::<web_sys::HtmlElement>().ok());
    let (Some(root), Some(colours)) = (root, brand.get("colours")) else {
        return;
    };
    for (variable, key) in [("--accent", "accent"), ("--on-accent", "on_accent")] {
        let of = |theme: &str| colours.get(theme)?.maybe_text(key);
        if let (Some(light), Some(dark)) = (of("light"), of("dark")) {
            let style = root.style();
            let _ = style.set_property(variable, &format!("light-dark({light}, {dark})"));
            for (other, mix) in [
                ("--area", "color-mix(in srgb, var(--accent) 10%, transparent)"),
                ("--bar", "color-mix(in srgb, var(--accent) 20%, var(--card))"),
                ("--accent-hover", "color-mix(in srgb, var(--accent) 85%, var(--fg))"),
            ] {
                let _ = style.set_property(other, mix);
            }
        }
    }
}
