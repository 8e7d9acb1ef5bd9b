//! Bodies: decoded, and never more than a cap of what they decode to.

use super::fault::Fault;
use flate2::write::MultiGzDecoder;
use http_body_util::BodyExt;
use hyper::body::Incoming;
use std::io::Write;

/// Bytes up to a cap; what comes after is left.
struct Capped {
    bytes: Vec<u8>,
    cap: usize,
}

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let room = self.cap - self.bytes.len();
        if room == 0 && !bytes.is_empty() {
            return Err(std::io::ErrorKind::StorageFull.into());
        }
        let taken = room.min(bytes.len());
        self.bytes.extend_from_slice(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Reads a body; true when there was more than the cap.
pub(super) async fn read(mut body: Incoming, is_gzip: bool, cap: usize) -> Result<(Vec<u8>, bool), Fault> {
    let mut plain = Capped { bytes: Vec::new(), cap };
    if !is_gzip {
        let full = pour(&mut body, &mut plain).await?;
        return Ok((plain.bytes, full));
    }
    let mut decoder = MultiGzDecoder::new(plain);
    let full = pour(&mut body, &mut decoder).await?;
    // What is cut off has the text that came before.
    let full = full || decoder.try_finish().is_err_and(|error| is_full(&error));
    Ok((std::mem::take(&mut decoder.get_mut().bytes), full))
}

fn is_full(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::StorageFull
}

/// Pours a body into a sink until either ends; true when the sink was full first.
async fn pour(body: &mut Incoming, sink: &mut impl Write) -> Result<bool, Fault> {
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|_| Fault::Broken)?;
        let Some(bytes) = frame.data_ref() else { continue };
        match sink.write_all(bytes) {
            Ok(()) => {}
            Err(error) if is_full(&error) => return Ok(true),
            Err(_) => return Err(Fault::Broken),
        }
    }
    Ok(false)
}
