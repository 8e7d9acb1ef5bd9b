//! The code that shows a link's dashboard in a page of somebody else's.

use crate::ui::copy::CopyField;
use crate::ui::dom;
use leptos::prelude::*;
use shared::share_link::ShareLink;

/// The code with a way to copy it; nothing where nobody may frame the link.
pub fn embed_code(link: &ShareLink, domain: &str) -> Option<AnyView> {
    if link.frame_ancestors.is_empty() {
        return None;
    }
    let code = code(&link.url, domain, &dom::origin());
    Some(
        view! {
            <details class="disclosure">
                <summary>"Embed code"</summary>
                <p class="field-help">{who(&link.frame_ancestors)}</p>
                <CopyField name=format!("Embed code of {}", link.name) label="Copy code" text=code />
                <p class="field-help">
                    "Add " <code>"&theme=light"</code> " or " <code>"dark"</code> " and " <code>"&background=transparent"</code>
                    " or a colour such as " <code>"ffffff"</code> " to its address to match the page."
                </p>
            </details>
        }
        .into_any(),
    )
}

fn who(ancestors: &[String]) -> String {
    match ancestors {
        [any] if any == "*" => "Any site may show it.".to_owned(),
        origins => format!("May show it: {}.", origins.join(", ")),
    }
}

/// One line, because the field has one. The script gives the frame the height of what it shows.
fn code(url: &str, domain: &str, origin: &str) -> String {
    let url = url.replace('&', "&amp;");
    let script = format!(r#"<script async src="{origin}/js/embed.js"></script>"#);
    format!(
        r#"<iframe data-vitrine src="{url}&amp;embed=true" title="Traffic of {domain}" width="100%" height="1600" frameborder="0" loading="lazy"></iframe> {script}"#
    )
}

#[cfg(test)]
mod tests {
    use super::code;

    #[test]
    fn the_code_is_one_line_of_valid_attributes() {
        let url = "https://stats.example.org/share/example.com?auth=0123456789ab";
        let code = code(url, "example.com", "https://stats.example.org");
        assert!(code.contains("?auth=0123456789ab&amp;embed=true\""), "{code}");
        assert!(!code.contains('\n'));
        assert_eq!(code.matches('"').count() % 2, 0);
    }
}
