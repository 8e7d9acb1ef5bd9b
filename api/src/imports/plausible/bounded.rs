//! Unpacked bytes within bounds: of a row, and of all files together.

use std::cell::Cell;
use std::io::{self, Read};

/// No row has more bytes. A piece that the CSV reader has read ahead is not counted again.
const MAX_ROW_BYTES: u64 = 64 * 1024;

/// How many bytes may still be unpacked.
#[derive(Debug)]
pub struct Budget {
    most: u64,
    read: Cell<u64>,
    row: Cell<u64>,
}

/// A file that is read at the cost of a budget.
#[derive(Debug)]
pub struct Bounded<'a, R> {
    file: R,
    budget: &'a Budget,
}

impl Budget {
    /// A budget of `most` bytes.
    pub fn new(most: u64) -> Self {
        Self {
            most,
            read: Cell::new(0),
            row: Cell::new(0),
        }
    }

    /// Bytes that were read so far.
    pub fn read(&self) -> u64 {
        self.read.get()
    }

    /// What is read from here on belongs to another row.
    pub fn begin_row(&self) {
        self.row.set(0);
    }

    fn take(&self, bytes: u64) -> io::Result<()> {
        self.read.set(self.read.get() + bytes);
        self.row.set(self.row.get() + bytes);
        if self.read.get() > self.most {
            return Err(io::Error::other(format!(
                "the files unpack to more than {} bytes (`imports.unpacked_max_bytes`)",
                self.most
            )));
        }
        if self.row.get() > MAX_ROW_BYTES {
            return Err(io::Error::other(format!("a row has more than {MAX_ROW_BYTES} bytes")));
        }
        Ok(())
    }
}

impl<'a, R> Bounded<'a, R> {
    /// Reads `file` at the cost of `budget`; its first row begins here.
    pub fn new(file: R, budget: &'a Budget) -> Self {
        budget.begin_row();
        Self { file, budget }
    }
}

impl<R: Read> Read for Bounded<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.file.read(buffer)?;
        self.budget.take(n as u64)?;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_and_all_rows_together_are_bounded() {
        let budget = Budget::new(250_000);
        let mut file = Bounded::new(io::repeat(b'x'), &budget);
        let mut row = [0; 60_000];
        for _ in 0..3 {
            budget.begin_row();
            assert_eq!(file.read(&mut row).ok(), Some(60_000));
        }
        assert!(file.read(&mut row).unwrap_err().to_string().contains("a row has more"));
        budget.begin_row();
        assert!(file.read(&mut row).unwrap_err().to_string().contains("unpack to more"));
    }
}
