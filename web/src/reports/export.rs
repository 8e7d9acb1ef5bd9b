//! What can be taken away from a dashboard: its numbers as files, and a printed page.

use super::dash::Dash;
use crate::ui::announce::announcer;
use crate::ui::dom;
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuSpec, menu};
use crate::ui::tasks::spawn;
use leptos::prelude::*;

/// Format, media type, end of the file's name, and label.
const FORMATS: [(&str, &str, &str, &str); 2] = [
    ("csv", "application/zip", "zip", "CSV files (ZIP)"),
    ("json", "application/json", "json", "JSON"),
];

/// The menu.
pub fn export_menu(dash: Dash) -> AnyView {
    let announce = announcer();
    let write = |markup: &mut Markup| {
        markup.raw("<ul class=\"menu-group\">");
        for (format, _, _, label) in FORMATS {
            markup
                .raw("<li><button type=\"button\" class=\"menu-item\" data-do=\"")
                .raw(format)
                .raw("\">");
            markup.raw(label).raw("</button></li>");
        }
        markup.raw("</ul><ul class=\"menu-group\"><li><button type=\"button\" class=\"menu-item\" data-do=\"print\">");
        markup.raw("Print</button></li></ul>");
    };
    let act = move |what: String| match FORMATS.into_iter().find(|(format, ..)| *format == what) {
        Some((format, kind, ending, _)) => save(dash, format, kind, ending, announce),
        // The menu is closed, and off the paper, before the browser takes its picture.
        None => request_animation_frame(|| drop(window().print())),
    };
    menu(MenuSpec {
        class: "export-menu end",
        act: Callback::new(act),
        ..MenuSpec::links(Signal::stored("Export".to_owned()), "Take away", Box::new(write))
    })
}

fn save(dash: Dash, format: &'static str, kind: &'static str, ending: &'static str, announce: Callback<String>) {
    let path = format!("/export?format={format}&{}", untrack(|| dash.scope()));
    let domain = dash.site.with_value(|site| site.domain.clone());
    spawn(async move {
        match dash.board.file(&path).await {
            Ok(bytes) => {
                dom::save(&format!("{domain}.{ending}"), kind, &bytes);
                announce.run("Exported".to_owned());
            }
            Err(failure) if matches!(failure.status(), 401 | 404) => dash.board.refuse(failure),
            Err(failure) => announce.run(failure.message()),
        }
    });
}
