//! Sealing of what a stolen database must not give away.
//!
//! One 32-byte secret outside the database (`<data dir>/secret.key`, or the setting) yields three keys: one to look
//! secrets up by a keyed hash, one to encrypt the copy that is shown to the owner, one for sessions and grants.

use super::secret::{bytes, keyed_hash};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use std::io;
use std::path::Path;

const NONCE_BYTES: usize = 24;

/// The keys derived from the server's secret.
#[derive(Clone)]
pub struct Seal {
    lookup: [u8; 32],
    cipher: XChaCha20Poly1305,
    check: [u8; 32],
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal")
    }
}

impl Seal {
    /// The keys of a secret.
    pub fn new(secret: &[u8; 32]) -> Self {
        Self {
            lookup: keyed_hash(secret, b"vitrine lookup v1"),
            cipher: XChaCha20Poly1305::new(&keyed_hash(secret, b"vitrine sealing v1").into()),
            check: keyed_hash(secret, b"vitrine check v1"),
        }
    }

    /// A value to store in the database, so that a start with another secret is noticed.
    pub fn check_value(&self) -> [u8; 32] {
        self.check
    }

    /// The hash by which a secret of a kind (`share`, `session`, `key`) is looked up.
    pub fn lookup(&self, kind: &str, secret: &str) -> Vec<u8> {
        keyed_hash(&self.lookup, format!("{kind}:{secret}").as_bytes()).to_vec()
    }

    /// Encrypts `text`, bound to `context` (the row's id): nonce, then ciphertext.
    pub fn seal(&self, context: &str, text: &str) -> Vec<u8> {
        self.seal_bytes(context, text.as_bytes())
    }

    /// Encrypts bytes as [`Seal::seal`] does text.
    pub fn seal_bytes(&self, context: &str, plain: &[u8]) -> Vec<u8> {
        let nonce = bytes::<NONCE_BYTES>();
        let payload = Payload {
            msg: plain,
            aad: context.as_bytes(),
        };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("what fits into memory can be encrypted");
        [nonce.as_slice(), &sealed].concat()
    }

    /// Decrypts what [`Seal::seal`] made; `None` when the bytes, the context or the secret are others.
    pub fn open(&self, context: &str, sealed: &[u8]) -> Option<String> {
        String::from_utf8(self.open_bytes(context, sealed)?).ok()
    }

    /// Decrypts what [`Seal::seal_bytes`] made.
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: context.as_bytes(),
        };
        self.cipher.decrypt(&XNonce::from(*nonce), payload).ok()
    }
}

/// Ids that tell nothing of what they stand for, yet are the same each time.
impl Seal {
    /// An id of what `text` names within `context`, URL-safe. The nonce is a keyed hash of both, so that equal texts have
    /// equal ids and different ones never share a nonce.
    pub fn stable_id(&self, context: &str, text: &str) -> String {
        let hash = keyed_hash(&self.lookup, format!("id:{context}:{text}").as_bytes());
        let nonce = hash
            .first_chunk::<NONCE_BYTES>()
            .expect("a hash is longer than a nonce");
        let payload = Payload {
            msg: text.as_bytes(),
            aad: context.as_bytes(),
        };
        let sealed = self.cipher.encrypt(&XNonce::from(*nonce), payload);
        let sealed = sealed.expect("a short text can be encrypted");
        URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat())
    }

    /// What an id stands for; none when it is no id of the context.
    pub fn open_id(&self, context: &str, id: &str) -> Option<String> {
        self.open(context, &URL_SAFE_NO_PAD.decode(id).ok()?)
    }
}

/// Reads the secret file, or makes it (mode 0600) when there is none.
pub fn read_or_create_secret(path: &Path) -> io::Result<[u8; 32]> {
    match std::fs::read(path) {
        Ok(found) => found.as_slice().try_into().map_err(|_| {
            io::Error::new(
                io::ErrorKind::InvalidData,
                format!("{} must hold exactly 32 bytes", path.display()),
            )
        }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => create_secret(path),
        Err(error) => Err(error),
    }
}

fn create_secret(path: &Path) -> io::Result<[u8; 32]> {
    use std::io::Write;
    let secret = bytes::<32>();
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(&secret)?;
    file.sync_all()?;
    Ok(secret)
}
