//! The parts that pages are made of. None knows a DTO or makes a request.
//!
//! Every part works by keyboard, names itself to a screen reader and shows nothing by colour alone. Styles are classes
//! from `web/styles`; no part sets a style string, which the content security policy forbids.

pub mod announce;
pub mod area;
pub mod beats;
pub mod button;
pub mod combobox;
pub mod confirm;
pub mod copy;
pub mod countdown;
pub mod dialog;
pub mod dom;
pub mod error_box;
pub mod field;
pub mod icon;
pub mod markup;
pub mod menu;
pub mod path;
pub mod ring;
pub mod scale;
pub mod scrub;
pub mod select;
pub mod status;
pub mod suggested;
pub mod tabs;
pub mod tasks;
pub mod theme;
pub mod toggle;
pub mod trace;

use leptos::prelude::*;
use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::sync::{Arc, Mutex};

/// A closure for an attribute or a text behind one type. The renderer is compiled once for each kind of output instead of
/// once for each closure, which is most of the size of an app.
pub fn dynamic<T: 'static>(closure: impl FnMut() -> T + Send + 'static) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(closure))
}

/// A part of a view that follows signals, behind one type.
pub fn part<V: IntoView>(mut closure: impl FnMut() -> V + Send + 'static) -> SharedReactiveFunction<AnyView> {
    dynamic(move || closure().into_any())
}

/// A part of a view that is there now and then, behind one type.
pub fn part_if<V: IntoView>(
    mut closure: impl FnMut() -> Option<V> + Send + 'static,
) -> SharedReactiveFunction<AnyView> {
    dynamic(move || closure().map_or_else(|| ().into_any(), |view| view.into_any()))
}

/// A `div` of parts: one type, whatever stands in it.
pub fn place(class: &'static str, parts: Vec<AnyView>) -> AnyView {
    view! { <div class=class>{parts}</div> }.into_any()
}

/// Many views of one kind, behind one type.
pub trait Views {
    /// The views in their order.
    fn views(self) -> Vec<AnyView>;
}

impl<I: Iterator<Item = V>, V: IntoView> Views for I {
    fn views(self) -> Vec<AnyView> {
        self.map(|view| view.into_any()).collect()
    }
}
