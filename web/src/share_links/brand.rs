//! The brand of the account on a shared dashboard, where the owner wants it there.

use crate::client::json::Json;
use crate::client::sites;
use crate::portals::brand;
use crate::ui::dom;
use crate::ui::markup::{Markup, written};
use crate::ui::tasks::spawn;
use leptos::prelude::*;
use serde_json::Value;
use std::sync::Arc;

/// The logo and the company's name, once they are there. A dashboard without them is whole: a failure is none of the page.
pub fn share_brand(domain: String, key: Arc<str>) -> AnyView {
    let shown = RwSignal::new(None::<Value>);
    spawn(async move {
        if let Ok(found) = sites::brand(&domain, key).await {
            // What comes when the dashboard is gone, comes too late.
            if shown.try_set(Some(found.clone())).is_some() {
                return;
            }
            brand::colours(&found);
            if let Some(company) = found.maybe_text("company_name") {
                dom::name_pages(&company);
                dom::set_title(&domain);
            }
        }
    });
    let write = move |markup: &mut Markup| {
        shown.with(|shown| {
            if let Some(shown) = shown {
                brand::mark(shown, markup);
            }
        });
    };
    written("share-brand", Box::new(write))
}
