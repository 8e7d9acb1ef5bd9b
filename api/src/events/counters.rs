//! What the event store counts about itself.

use super::Events;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use std::sync::atomic::{AtomicU64, Ordering};

/// A count that only grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Adds to the count.
    pub fn add(&self, n: usize) {
        self.0.fetch_add(n as u64, Ordering::Relaxed);
    }

    /// The count.
    pub fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Counts since the start of the process.
#[derive(Debug, Default)]
pub struct Counters {
    /// Events on disk and answered with 202.
    pub accepted: Counter,
    /// Events that could not be stored and were answered with 503.
    pub refused: Counter,
    /// Events left out on purpose: of robots, and by shields.
    pub dropped: Counter,
    /// Events moved into the engine.
    pub drained: Counter,
    /// Engagement events without a visit, left out.
    pub strays: Counter,
    /// Entries that the engine could not take.
    pub rejected: Counter,
    /// Batches that failed and were tried again.
    pub failures: Counter,
    /// Questions about sites.
    pub questions: Counter,
    /// Those that the engine had to answer.
    pub computed: Counter,
    /// Those of them whose rows were found together with others'.
    pub shared: Counter,
}

impl Collector for Events {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counts = self.counters();
        for (name, help, count) in [
            (
                "events_accepted",
                "Events on disk and answered with 202",
                &counts.accepted,
            ),
            ("events_refused", "Events answered with 503", &counts.refused),
            ("events_dropped", "Events left out on purpose", &counts.dropped),
            ("events_drained", "Events moved into the engine", &counts.drained),
            ("events_strays", "Engagement events without a visit", &counts.strays),
            (
                "events_rejected",
                "Entries that the engine could not take",
                &counts.rejected,
            ),
            (
                "events_drain_failures",
                "Batches that failed and were tried again",
                &counts.failures,
            ),
            ("events_questions", "Questions about sites", &counts.questions),
            (
                "events_questions_computed",
                "Those that the engine had to answer",
                &counts.computed,
            ),
            (
                "events_questions_shared",
                "Those of them whose rows were found together with others'",
                &counts.shared,
            ),
        ] {
            let metric = ConstCounter::new(count.get());
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)?;
        }
        let (entries, bytes) = self.inbox_depth();
        for (name, help, value) in [
            (
                "events_running_days",
                "Days that are counted while they go on",
                self.running_days(),
            ),
            (
                "inbox_entries",
                "Entries in the inbox, drained ones until the next checkpoint included",
                entries,
            ),
            ("inbox_bytes", "Bytes of these entries", bytes),
        ] {
            let metric = ConstGauge::new(value);
            metric.encode(encoder.encode_descriptor(name, help, None, metric.metric_type())?)?;
        }
        Ok(())
    }
}
