//! Password hashing: argon2id, off the async threads, at most two at once, a short queue, then refusal.
//!
//! The crate's defaults (19 MiB, two passes, one lane) are OWASP's first choice. Their memory is taken at the first hashes and kept,
//! two pieces at most: taken anew for each hash it left holes, and a flood of sign-ins made the process grow by 800 MiB.

use super::secret::bytes;
use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use std::sync::{Arc, Mutex};
use tokio::sync::Semaphore;

/// Longer passwords are refused before any hashing.
pub const MAX_PASSWORD_BYTES: usize = 1024;
/// Shorter account passwords are refused.
pub const MIN_PASSWORD_CHARS: usize = 10;

const AT_ONCE: usize = 2;
const QUEUE: usize = 16;
const UNPOISONED: &str = "nothing panics while it holds the lock";

/// The queue is full: answer 503 and let the client come back.
#[derive(Debug, thiserror::Error)]
#[error("too many passwords are being checked at once")]
pub struct Busy;

/// Hashes and verifies passwords within its bounds.
#[derive(Clone, Debug)]
pub struct Passwords {
    running: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What hashes that are over were computed in.
    memory: Arc<Mutex<Vec<Memory>>>,
    /// A hash of nothing that anyone knows, so that an unknown user costs as much as a known one.
    dummy: Arc<str>,
}

type Memory = Vec<Block>;

impl Passwords {
    /// A new queue.
    pub fn new() -> Self {
        Self {
            running: Arc::new(Semaphore::new(AT_ONCE)),
            waiting: Arc::new(Semaphore::new(AT_ONCE + QUEUE)),
            memory: Arc::default(),
            dummy: hash(&bytes::<16>(), &mut Memory::new()).into(),
        }
    }

    /// The PHC string of a password.
    pub async fn hash(&self, password: &str) -> Result<String, Busy> {
        let password = password.to_owned();
        self.run(move |memory| hash(password.as_bytes(), memory)).await
    }

    /// True when `password` is the one behind `stored`. Without a stored hash the same work is done and the answer is no.
    pub async fn verify(&self, password: &str, stored: Option<&str>) -> Result<bool, Busy> {
        let password = password.to_owned();
        let known = stored.is_some();
        let stored = stored.unwrap_or(&self.dummy).to_owned();
        self.run(move |memory| verify(password.as_bytes(), &stored, memory) && known)
            .await
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce(&mut Memory) -> T + Send + 'static) -> Result<T, Busy> {
        let _place = self.waiting.try_acquire().map_err(|_| Busy)?;
        let permit = self
            .running
            .clone()
            .acquire_owned()
            .await
            .expect("the semaphore is never closed");
        let kept = self.memory.clone();
        let done = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let taken = kept.lock().expect(UNPOISONED).pop();
            let mut memory = taken.unwrap_or_default();
            let done = work(&mut memory);
            kept.lock().expect(UNPOISONED).push(memory);
            done
        });
        Ok(done.await.expect("hashing does not panic"))
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

fn hash(password: &[u8], memory: &mut Memory) -> String {
    let salt = Salt::new(&bytes::<16>()).expect("16 bytes are a valid salt");
    let argon2 = Argon2::default();
    let hash = PasswordHash {
        algorithm: Algorithm::default().ident(),
        version: Some(Version::default().into()),
        params: ParamsString::try_from(argon2.params()).expect("the defaults are valid parameters"),
        hash: derive(&argon2, password, &salt, Params::DEFAULT_OUTPUT_LEN, memory),
        salt: Some(salt),
    };
    hash.to_string()
}

/// A stored hash that asks for more memory or passes than ours was tampered with: it verifies nothing.
fn verify(password: &[u8], stored: &str, memory: &mut Memory) -> bool {
    verified(password, stored, memory).unwrap_or(false)
}

fn verified(password: &[u8], stored: &str, memory: &mut Memory) -> Option<bool> {
    let stored = PasswordHash::new(stored).ok()?;
    let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
    let version = Version::try_from(stored.version?).ok()?;
    let params = Params::try_from(&stored).ok()?;
    let within = params.m_cost() <= Params::DEFAULT_M_COST && params.t_cost() <= 4 && params.p_cost() <= 4;
    let (salt, expected) = (stored.salt?, stored.hash?);
    let argon2 = Argon2::new(algorithm, version, params);
    let derived = within.then(|| derive(&argon2, password, &salt, expected.len(), memory))?;
    // Outputs are compared in constant time.
    Some(derived? == expected)
}

fn derive(argon2: &Argon2<'_>, password: &[u8], salt: &[u8], bytes: usize, memory: &mut Memory) -> Option<Output> {
    let blocks = argon2.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::default());
    }
    let mut output = vec![0; bytes];
    argon2
        .hash_password_into_with_memory(password, salt, &mut output, memory.as_mut_slice())
        .ok()?;
    Output::new(&output).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::{PasswordHasher, PasswordVerifier};

    #[test]
    fn hashes_are_those_of_the_crate() {
        let mut memory = Memory::new();
        let own = hash(b"correct horse", &mut memory);
        let parsed = PasswordHash::new(&own).expect("it is a PHC string");
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok());
        let theirs: PasswordHash = Argon2::default()
            .hash_password_with_salt(b"correct horse", &[7; 16])
            .expect("16 bytes are a valid salt");
        for stored in [own, theirs.to_string()] {
            assert!(verify(b"correct horse", &stored, &mut memory));
            assert!(!verify(b"correct horse ", &stored, &mut memory));
            for tampered in [
                stored.replace("m=19456", "m=4194304"),
                stored.replace("t=2", "t=9"),
                stored.replace("argon2id", "argon2x"),
                "no hash".to_owned(),
                String::new(),
            ] {
                assert!(!verify(b"correct horse", &tampered, &mut memory), "{tampered}");
            }
        }
    }

    /// T25: hashes take their memory once, whichever threads compute them.
    #[tokio::test]
    async fn t25_a_flood_takes_no_more_memory_than_two_hashes() {
        let passwords = Passwords::new();
        let flood = (0..200).map(|_| {
            let passwords = passwords.clone();
            tokio::spawn(async move { passwords.verify("guess", None).await.is_ok() })
        });
        let mut computed = 0;
        for guess in flood.collect::<Vec<_>>() {
            computed += usize::from(guess.await.expect("no guess panics"));
        }
        assert_eq!(computed, AT_ONCE + QUEUE);
        let kept = passwords.memory.lock().expect(UNPOISONED);
        let blocks = kept.iter().map(Vec::len).collect::<Vec<_>>();
        assert!(kept.len() <= AT_ONCE, "{blocks:?}");
        assert!(blocks.iter().all(|blocks| *blocks == Params::default().block_count()));
    }
}
