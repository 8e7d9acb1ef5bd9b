//! Parts that only show something, written as HTML text.
//!
//! A view of elements is compiled once for each shape, which for lists and tables is most of an app's size; text is
//! not. Nothing from outside becomes markup: [`Markup::raw`] takes literals of our source alone, and everything else is
//! escaped. What such a part does, it does through links. Lengths that vary stand in `data-w`, `data-x` and `data-y`, which
//! become the variables `--w`, `--x` and `--y`: the content security policy forbids style attributes.

use super::dom;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};

const LENGTHS: [(&str, &str); 3] = [("data-w", "--w"), ("data-x", "--x"), ("data-y", "--y")];

/// HTML text in the making.
#[derive(Default)]
pub struct Markup(String);

impl Markup {
    /// Adds markup of our own source.
    pub fn raw(&mut self, html: &'static str) -> &mut Self {
        self.0.push_str(html);
        self
    }

    /// Adds text, also as the value of a quoted attribute.
    pub fn text(&mut self, text: &str) -> &mut Self {
        for char in text.chars() {
            match char {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Adds an element that holds nothing but text; `open` is its opening tag.
    pub fn element(&mut self, open: &'static str, text: &str, close: &'static str) -> &mut Self {
        self.raw(open).text(text).raw(close)
    }

    /// The text so far.
    pub fn html(&self) -> &str {
        &self.0
    }
}

/// What writes a part.
pub type Writer = Box<dyn Fn(&mut Markup) + Send + Sync>;

/// A part in a `div` that is written anew whenever a signal in it changes. A link that has the focus keeps it, found
/// again by its `data-key`.
pub fn written(class: &'static str, write: Writer) -> AnyView {
    let element = NodeRef::<html::Div>::new();
    Effect::new(move |before: Option<String>| {
        let mut markup = Markup::default();
        write(&mut markup);
        let Some(element) = element.get() else {
            return String::new();
        };
        if before.as_deref() != Some(markup.html()) {
            replace(&element, markup.html());
        }
        markup.0
    });
    view! { <div class=class node_ref=element></div> }.into_any()
}

fn replace(element: &HtmlElement, html: &str) {
    let active = document()
        .active_element()
        .filter(|active| element.contains(Some(active)));
    let key = active.and_then(|active| active.get_attribute("data-key"));
    element.set_inner_html(html);
    each(element, "[data-w], [data-x], [data-y]", |part| {
        for (attribute, variable) in LENGTHS {
            if let (Some(length), Some(part)) = (part.get_attribute(attribute), part.dyn_ref::<HtmlElement>()) {
                let _ = part.style().set_property(variable, &length);
            }
        }
    });
    if let Some(key) = key {
        each(element, "[data-key]", |part| {
            if part.get_attribute("data-key").as_deref() == Some(&key) {
                dom::focus_element(part);
            }
        });
    }
}

/// Calls `act` with every element that matches.
pub fn each(root: &Element, selector: &str, act: impl Fn(&Element)) {
    let Ok(found) = root.query_selector_all(selector) else {
        return;
    };
    for at in 0..found.length() {
        if let Some(part) = found.get(at).and_then(|node| node.dyn_into::<Element>().ok()) {
            act(&part);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Markup;

    #[test]
    fn text_stays_text() {
        let mut markup = Markup::default();
        markup
            .raw("<a title=\"")
            .text("\"><script>'&amp;")
            .raw("\">")
            .element("<b>", "é < 1", "</b>");
        let html = "<a title=\"&quot;&gt;&lt;script&gt;&#39;&amp;amp;\"><b>é &lt; 1</b>";
        assert_eq!(markup.html(), html);
    }
}
