//! The few things of the browser that the app touches directly. Each fails quietly: a page without storage or
//! clipboard still works.

use crate::ui::tasks::later;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Element, HtmlElement, HtmlInputElement};

/// Path and query string (without `?`) of the address bar.
pub fn place() -> (String, String) {
    let location = window().location();
    let search = location.search().unwrap_or_default();
    (
        location.pathname().unwrap_or_default(),
        search.strip_prefix('?').unwrap_or(&search).to_owned(),
    )
}

/// Scheme, host and port of this page.
pub fn origin() -> String {
    window().location().origin().unwrap_or_default()
}

/// Writes the address bar; `href` may be a path or a query string alone.
pub fn write_history(href: &str, replace: bool) {
    let target = match href {
        "?" => place().0,
        _ => href.to_owned(),
    };
    if let Ok(history) = window().history() {
        let _ = match replace {
            true => history.replace_state_with_url(&JsValue::NULL, "", Some(&target)),
            false => history.push_state_with_url(&JsValue::NULL, "", Some(&target)),
        };
    }
}

/// Leaves this page for another one of ours.
pub fn load_page(href: &str, replace: bool) {
    let location = window().location();
    let _ = match replace {
        true => location.replace(href),
        false => location.assign(href),
    };
}

/// Moves the view to the top of the page.
pub fn scroll_to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Sets the title of the browser's tab.
pub fn set_title(title: &str) {
    let named = document()
        .document_element()
        .and_then(|root| root.get_attribute("data-name"));
    document().set_title(&format!("{title} · {}", named.as_deref().unwrap_or("Vitrine")));
}

/// Has the titles that are set from now on end with this name in place of ours.
pub fn name_pages(name: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute("data-name", name);
    }
}

/// Has them end with ours again.
pub fn unname_pages() {
    if let Some(root) = document().document_element() {
        let _ = root.remove_attribute("data-name");
    }
}

/// Moves the keyboard focus to the first element that matches, once the present change has been rendered.
pub fn focus(selector: &'static str) {
    // Not an animation frame: those rest in background tabs.
    later(move || focus_now(selector), Duration::ZERO);
}

/// The same for a selector that is put together.
pub fn focus_soon(selector: String) {
    later(move || focus_now(&selector), Duration::ZERO);
}

/// Moves the keyboard focus to the first element that matches.
pub fn focus_now(selector: &str) {
    if let Some(element) = document().query_selector(selector).ok().flatten() {
        focus_element(&element);
    }
}

/// Moves the keyboard focus to an element.
pub fn focus_element(element: &Element) {
    if let Some(element) = element.dyn_ref::<HtmlElement>() {
        let _ = element.focus();
    }
}

/// True while the tab is in the background.
pub fn is_hidden() -> bool {
    document().hidden()
}

/// Milliseconds since 1970.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// A value that this browser remembers.
pub fn remembered(key: &str) -> Option<String> {
    window().local_storage().ok().flatten()?.get_item(key).ok().flatten()
}

/// Remembers a value in this browser, or forgets it.
pub fn remember(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// A value that this tab remembers until it is closed. Frames of other sites may have no storage: reading throws there.
pub fn kept(key: &str) -> Option<String> {
    session_storage()?.get_item(key).ok().flatten()
}

/// Keeps a value in this tab until it is closed, or forgets it.
pub fn keep(key: &str, value: Option<&str>) {
    if let Some(storage) = session_storage() {
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

fn session_storage() -> Option<web_sys::Storage> {
    window().session_storage().ok().flatten()
}

/// True for a dashboard that hangs on a wall, where nobody presses a button (`page/frame.js`).
pub fn is_kiosk() -> bool {
    document()
        .document_element()
        .is_some_and(|root| root.has_attribute("data-kiosk"))
}

/// Puts text on the clipboard; false when the browser refuses or the page is not on a secure origin.
pub async fn copy(text: &str) -> bool {
    let navigator = window().navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard"));
    if clipboard.is_ok_and(|clipboard| clipboard.is_object()) {
        return JsFuture::from(navigator.clipboard().write_text(text)).await.is_ok();
    }
    false
}

/// Marks the whole text of an input field, for copying by hand.
pub fn select_input(input: &HtmlInputElement) {
    let _ = input.focus();
    input.select();
}

/// Moves the focus to the input that matches and marks its text.
pub fn select(selector: &str) {
    let found = document().query_selector(selector).ok().flatten();
    if let Some(input) = found.and_then(|element| element.dyn_into().ok()) {
        select_input(&input);
    }
}

/// The input element that an event came from.
pub fn input_of(event: &web_sys::Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// True when keys belong to a field, a menu of the browser or an open dialog.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let Some(element) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else {
        return false;
    };
    element
        .closest("input, textarea, select, [contenteditable], dialog")
        .is_ok_and(|hit| hit.is_some())
}

/// A file as a `data:` URL.
pub async fn data_url(file: &web_sys::File) -> Option<String> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    let text: String = bytes.into_iter().map(char::from).collect();
    let base64 = window().btoa(&text).ok()?;
    Some(format!("data:{};base64,{base64}", file.type_()))
}

/// Hands a file to the browser, which saves it.
pub fn save(name: &str, kind: &str, bytes: &[u8]) {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let bag = web_sys::BlobPropertyBag::new();
    bag.set_type(kind);
    let blob = web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &bag);
    let url = blob.and_then(|blob| web_sys::Url::create_object_url_with_blob(&blob));
    let link = document().create_element("a");
    if let (Ok(url), Some(link)) = (
        url,
        link.ok()
            .and_then(|link| link.dyn_into::<web_sys::HtmlAnchorElement>().ok()),
    ) {
        link.set_href(&url);
        link.set_download(name);
        link.click();
        let _ = web_sys::Url::revoke_object_url(&url);
    }
}
