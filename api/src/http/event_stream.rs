//! Server-sent events, and how many streams an address may hold.

use super::client_address::ClientAddress;
use crate::error::{Error, Result};
use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_util::stream;
use shared::problem::ProblemCode;
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use tokio::sync::mpsc;

/// Streams of one address.
const MOST_OF_ONE: usize = 20;
/// Streams of everyone.
const MOST: usize = 2000;
/// A listener that reads slower than this many messages waits.
const BUFFERED: usize = 4;
const UNPOISONED: &str = "nothing panics while it holds the lock";

/// The open streams.
#[derive(Clone, Debug, Default)]
pub struct Streams(Arc<Mutex<HashMap<u128, usize>>>);

/// An open stream; it counts until it is dropped.
#[derive(Debug)]
pub struct Slot {
    streams: Streams,
    key: u128,
}

impl Streams {
    /// Counts one more stream of an address: 429 when it holds too many, 503 when everyone together does.
    pub fn take(&self, address: ClientAddress) -> Result<Slot> {
        let key = address.limit_key();
        let mut open = self.0.lock().expect(UNPOISONED);
        if open.values().sum::<usize>() >= MOST {
            return Err(Error::unavailable(30));
        }
        let own = open.entry(key).or_default();
        if *own >= MOST_OF_ONE {
            return Err(Error::new(ProblemCode::RateLimited).retry_after(30));
        }
        *own += 1;
        Ok(Slot {
            streams: self.clone(),
            key,
        })
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut open = self.streams.0.lock().expect(UNPOISONED);
        if let Some(own) = open.get_mut(&self.key) {
            *own -= 1;
            if *own == 0 {
                open.remove(&self.key);
            }
        }
    }
}

/// One message of a stream.
#[derive(Clone, Debug)]
pub struct Message(Bytes);

impl Message {
    /// An event with data of one line.
    pub fn event(name: &str, data: &str) -> Self {
        Self(format!("event: {name}\ndata: {data}\n\n").into())
    }

    /// A comment, by which both ends notice that the other is there.
    pub fn alive() -> Self {
        Self(Bytes::from_static(b": still here\n\n"))
    }
}

/// The end of a stream that is written to.
#[derive(Clone, Debug)]
pub struct Sender(mpsc::Sender<Bytes>);

impl Sender {
    /// Sends a message; waits while the listener is slow.
    pub async fn send(&self, message: Message) {
        // Fails when nobody listens any more, which `closed` tells.
        let _ = self.0.send(message.0).await;
    }

    /// Sends a last message, unless the listener is too slow for it: an end does not wait.
    pub fn end_with(&self, message: Message) {
        let _ = self.0.try_send(message.0);
    }

    /// Returns when nobody listens any more.
    pub async fn closed(&self) {
        self.0.closed().await;
    }
}

/// The end of a stream that is answered.
#[derive(Debug)]
pub struct EventStream(mpsc::Receiver<Bytes>);

/// A stream of events.
pub fn channel() -> (EventStream, Sender) {
    let (sender, receiver) = mpsc::channel(BUFFERED);
    (EventStream(receiver), Sender(sender))
}

impl EventStream {
    /// The answer that carries the stream until its sender goes.
    pub fn response(self) -> HttpResponse {
        let messages = stream::unfold(self.0, |mut receiver| async {
            let message = receiver.recv().await?;
            Some((Ok::<_, Infallible>(message), receiver))
        });
        HttpResponse::Ok()
            .content_type("text/event-stream; charset=utf-8")
            // Proxies hold answers back otherwise.
            .insert_header(("x-accel-buffering", "no"))
            .streaming(messages)
    }
}
