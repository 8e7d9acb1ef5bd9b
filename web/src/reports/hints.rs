//! What a site's visits hold, to choose from while the owner types.

use crate::client::Access;
use crate::client::stats::suggestions;
use crate::ui::combobox::Source;
use leptos::prelude::*;
use shared::ids::SiteId;
use std::sync::Arc;

/// Suggests values of the dimension that `word` names at that moment, or names of properties for `event:props`.
pub fn hints(site: StoredValue<SiteId>, word: impl Fn() -> String + Send + Sync + 'static) -> Source {
    Arc::new(move |text: String| {
        let (site, word) = (site.get_value(), untrack(&word));
        Box::pin(async move {
            let values = suggestions(&site, &Access::Session, &word, text.trim(), "date_range=all").await;
            // They are a help: where there are none, one types.
            let values = values.unwrap_or_default().into_iter();
            values.map(|value| (value.clone(), value)).collect()
        })
    })
}
