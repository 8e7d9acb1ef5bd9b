//! Work of which each holder may have one at a time.

use crate::error::{Error, Result};
use shared::problem::ProblemCode;
use std::collections::HashSet;
use std::sync::{Arc, Mutex};

const UNPOISONED: &str = "nothing panics while it holds the lock";

/// The holders that are at work.
#[derive(Clone, Debug, Default)]
pub struct OneAtATime(Arc<Mutex<HashSet<String>>>);

/// Work in progress; it ends when dropped.
#[derive(Debug)]
pub struct Running {
    all: OneAtATime,
    holder: String,
}

impl OneAtATime {
    /// Begins work of a holder: 429 while it has some.
    pub fn begin(&self, holder: String) -> Result<Running> {
        match self.0.lock().expect(UNPOISONED).insert(holder.clone()) {
            true => Ok(Running {
                all: self.clone(),
                holder,
            }),
            false => Err(Error::new(ProblemCode::RateLimited).retry_after(5)),
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.all.0.lock().expect(UNPOISONED).remove(&self.holder);
    }
}
