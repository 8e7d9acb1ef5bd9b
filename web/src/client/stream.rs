//! The server's stream of what happens now.

use super::board::Board;
use super::{Access, Failure};
use crate::router::query;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{EventSource, MessageEvent};

/// An open stream; it ends when this is dropped.
pub struct Stream {
    source: EventSource,
    /// What the browser calls must live as long as the stream.
    _heard: Vec<Closure<dyn FnMut(MessageEvent)>>,
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}

impl Board {
    /// Opens the stream with the board's key and calls `news` at each message. The browser opens a broken stream again by
    /// itself; when the key is dead, the page hears of it.
    pub fn stream(self, filters: &str, news: Box<dyn Fn()>) -> Option<Stream> {
        let (site, access) = self.key()?;
        let key = match &access {
            Access::Session | Access::Nobody => String::new(),
            Access::Share(key) => format!("&auth={}", query::encode(key)),
        };
        let url = format!("/api/v1/sites/{site}/realtime/stream?{filters}{key}");
        let source = EventSource::new(&url).ok()?;
        let closing = source.clone();
        let gone = move |_: MessageEvent| {
            closing.close();
            self.refuse(Failure::Refused {
                status: 404,
                problem: None,
                retry_after_s: None,
            });
        };
        let heard: Vec<Closure<dyn FnMut(MessageEvent)>> =
            vec![Closure::new(move |_: MessageEvent| news()), Closure::new(gone)];
        for (name, heard) in ["realtime", "gone"].into_iter().zip(&heard) {
            source
                .add_event_listener_with_callback(name, heard.as_ref().unchecked_ref())
                .ok()?;
        }
        Some(Stream { source, _heard: heard })
    }
}
