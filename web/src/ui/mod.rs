//! The parts that pages are made of. None knows a DTO or makes a request.
//!
//! Every part works by keyboard, names itself to a screen reader and shows nothing by colour alone. Styles are classes
//! from `web/styles`; no part sets a style string, which the content security policy forbids.

pub mod announce;
pub mod confirm;
pub mod copy;
pub mod dialog;
pub mod dom;
pub mod error_box;
pub mod field;
pub mod icon;
pub mod menu;
pub mod theme;

use leptos::tachys::reactive_graph::SharedReactiveFunction;
use std::sync::{Arc, Mutex};

/// A closure for a view behind one type. The renderer is compiled once for each kind of output instead of once for
/// each closure, which is most of the size of an app; closures written inside `view!` get the same treatment there.
pub fn dynamic<T: 'static>(closure: impl FnMut() -> T + Send + 'static) -> SharedReactiveFunction<T> {
    Arc::new(Mutex::new(closure))
}
