//! The segment that a share link is bound to: a chip with a padlock that nothing takes off.

use super::dash::use_dash;
use super::sentence;
use crate::ui::menu::Menu;
use crate::ui::{Views, part_if};
use leptos::prelude::*;

/// The chip, as soon as an answer names the segment; its panel lists the conditions.
pub fn locked() -> AnyView {
    let forced = use_dash().board.forced;
    let chip = move || {
        let segment = forced.get()?;
        let name = Signal::stored(segment.name.clone());
        let conditions = move || {
            let lines = segment
                .filters
                .iter()
                .map(|filter| view! { <li>{sentence::filter(filter)}</li> });
            view! {
                <div class="menu-text">
                    <p class="muted">"This link shows only visits where"</p>
                    <ul class="conditions">{lines.views()}</ul>
                </div>
            }
        };
        Some(view! { <Menu label=name name="Locked segment" class="locked" symbol="lock">{conditions()}</Menu> })
    };
    view! { {part_if(chip)} }.into_any()
}
