//! The segment that a share link is bound to: a chip with a padlock that nothing takes off.

use super::dash::use_dash;
use super::sentence;
use crate::ui::markup::Markup;
use crate::ui::menu::{MenuSpec, menu};
use crate::ui::part_if;
use leptos::prelude::*;

/// The chip, as soon as an answer names the segment; its panel lists the conditions.
pub fn locked() -> AnyView {
    let forced = use_dash().board.forced;
    let chip = move || {
        let segment = forced.get()?;
        let name = Signal::stored(segment.name.clone());
        let write = move |markup: &mut Markup| {
            markup.raw("<div class=\"menu-text\"><p class=\"muted\">This link shows only visits where</p><ul class=\"conditions\">");
            for filter in &segment.filters {
                markup.element("<li>", &sentence::filter(filter), "</li>");
            }
            markup.raw("</ul></div>");
        };
        Some(menu(MenuSpec {
            class: "locked",
            symbol: "lock",
            ..MenuSpec::links(name, "Locked segment", Box::new(write))
        }))
    };
    view! { {part_if(chip)} }.into_any()
}
