//! What runs beside rendering. Each kind of task is compiled once, not once for each closure.

use leptos::prelude::*;
use std::pin::Pin;
use std::time::Duration;

/// Runs a future on the page's own event loop.
pub fn spawn(future: impl Future<Output = ()> + 'static) {
    let future: Pin<Box<dyn Future<Output = ()>>> = Box::pin(future);
    leptos::task::spawn_local(future);
}

/// Runs now and whenever a signal in it changes, until the owner of the calling scope goes away.
pub fn effect(run: impl FnMut() + 'static) {
    let mut run: Box<dyn FnMut()> = Box::new(run);
    Effect::new(move |_| run());
}

/// Runs after some time.
pub fn later(run: impl FnOnce() + 'static, time: Duration) {
    let run: Box<dyn FnOnce()> = Box::new(run);
    set_timeout(run, time);
}
