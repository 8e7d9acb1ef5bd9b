//! `Intl` formatters, made once for each set of options. They are slow to make and quick to use.

use js_sys::{Array, Function, Object, Reflect};
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

/// A formatter's `format` function, already bound.
type Format = Function;

thread_local! {
    static CACHE: RefCell<Vec<(String, Format)>> = const { RefCell::new(Vec::new()) };
}

/// Formats `value` by `Intl[class]` with options, in the browser's language unless an option `locale` names another;
/// gives the bare value when that fails.
pub fn format(class: &str, options: &[(&str, &str)], value: &JsValue) -> String {
    let mut key = String::from(class);
    for (name, option) in options {
        key.push_str(name);
        key.push_str(option);
    }
    let formatted = CACHE.with_borrow_mut(|cache| {
        let known = cache.iter().position(|(known, _)| *known == key);
        let at = known.unwrap_or(cache.len());
        if known.is_none() {
            cache.push((key, make(class, options).ok()?));
        }
        cache[at].1.call1(&JsValue::UNDEFINED, value).ok()?.as_string()
    });
    formatted.unwrap_or_else(|| value.as_string().unwrap_or_default())
}

fn make(class: &str, options: &[(&str, &str)]) -> Result<Format, JsValue> {
    let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
    let constructor: Function = Reflect::get(&intl, &class.into())?.dyn_into()?;
    let settings = Object::new();
    let mut locale = JsValue::UNDEFINED;
    for (name, option) in options {
        if *name == "locale" {
            locale = JsValue::from_str(option);
            continue;
        }
        let value = match option.parse::<u32>() {
            Ok(number) => JsValue::from(number),
            Err(_) => JsValue::from_str(option),
        };
        Reflect::set(&settings, &(*name).into(), &value)?;
    }
    let arguments = Array::of2(&locale, &settings);
    let formatter = Reflect::construct(&constructor, &arguments)?;
    let method = if class == "DisplayNames" { "of" } else { "format" };
    let format: Function = Reflect::get(&formatter, &method.into())?.dyn_into()?;
    Ok(format.bind0(&formatter))
}

/// Every time zone that the browser knows, and the one it is in.
pub fn time_zones() -> (Vec<String>, String) {
    let zones = || -> Result<Vec<String>, JsValue> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let values: Function = Reflect::get(&intl, &"supportedValuesOf".into())?.dyn_into()?;
        let zones: Array = values.call1(&intl, &"timeZone".into())?.dyn_into()?;
        Ok(zones.iter().filter_map(|zone| zone.as_string()).collect())
    };
    let own = || -> Result<Option<String>, JsValue> {
        let intl = Reflect::get(&js_sys::global(), &"Intl".into())?;
        let make: Function = Reflect::get(&intl, &"DateTimeFormat".into())?.dyn_into()?;
        let formatter = make.call0(&intl)?;
        let resolved: Function = Reflect::get(&formatter, &"resolvedOptions".into())?.dyn_into()?;
        Ok(Reflect::get(&resolved.call0(&formatter)?, &"timeZone".into())?.as_string())
    };
    let mut zones = zones().unwrap_or_default();
    let own = own().ok().flatten().unwrap_or_else(|| "UTC".to_owned());
    for zone in ["UTC", own.as_str()] {
        // The browser's list is in order.
        if let Err(place) = zones.binary_search_by(|known| known.as_str().cmp(zone)) {
            zones.insert(place, zone.to_owned());
        }
    }
    (zones, own)
}
