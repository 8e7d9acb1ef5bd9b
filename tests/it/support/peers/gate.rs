//! A way to servers that tests close, slow down, stall or cut.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// A slow answer comes so much later.
const SLOW: Duration = Duration::from_millis(200);

/// What becomes of what is said through a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It passes.
    Open,
    /// Connections end.
    Closed,
    /// Connections end with a reset, also those that come.
    Reset,
    /// Questions pass, and no answer comes.
    Silent,
    /// The servers lose their connections and the clients are not told, as when a router forgets them: nothing comes on them ever again,
    /// whatever becomes of the gate.
    HalfOpen,
    /// Each answer takes 200 ms longer.
    Slow,
    /// Every question is answered 500, and none passes.
    Failing,
    /// Of each answer the first bytes pass, and then the connection ends.
    Short,
    /// Questions pass; what is written is written, and the connection ends where the receipt would come.
    Unreceipted,
}

/// Listens on loopback and passes each connection on, to the servers in turn. Stops with the test.
pub struct Gate {
    pub address: SocketAddr,
    passage: watch::Sender<Passage>,
    tries: Arc<AtomicUsize>,
}

impl Gate {
    /// An open gate to servers.
    pub async fn to(servers: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let passage = watch::Sender::new(Passage::Open);
        let (watched, tries) = (passage.subscribe(), Arc::new(AtomicUsize::new(0)));
        let counted = tries.clone();
        tokio::spawn(async move {
            for server in servers.iter().cycle() {
                let Ok((client, _)) = listener.accept().await else {
                    return;
                };
                counted.fetch_add(1, Ordering::Relaxed);
                match *watched.borrow() {
                    Passage::Closed => continue,
                    Passage::Reset => {
                        reset(&client);
                        continue;
                    }
                    _ => {}
                }
                let (server, passage) = (*server, watched.clone());
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(server).await {
                        pass(client, server, passage).await;
                    }
                });
            }
        });
        Self {
            address,
            passage,
            tries,
        }
    }

    /// Lets pass from now on what the passage says.
    pub fn set(&self, passage: Passage) {
        self.passage.send_replace(passage);
    }

    /// Connections that were tried so far.
    pub fn tries(&self) -> usize {
        self.tries.load(Ordering::Relaxed)
    }
}

/// Makes the end of a connection a reset.
fn reset(client: &TcpStream) {
    client.set_zero_linger().unwrap();
}

/// Ends when either side does, or the gate closes.
async fn pass(mut client: TcpStream, mut server: TcpStream, mut passage: watch::Receiver<Passage>) {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut writes = false;
    loop {
        let now = *passage.borrow_and_update();
        match now {
            Passage::Closed => return,
            Passage::Reset => return reset(&client),
            Passage::HalfOpen => {
                drop(server);
                return std::future::pending().await;
            }
            _ => {}
        }
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                if now == Passage::Failing {
                    let failure = "HTTP/1.1 500 Internal Server Error\r\nContent-Length: 4\r\nConnection: close\r\n\r\noops";
                    let _gone = client.write_all(failure.as_bytes()).await;
                    return;
                }
                // A connection asks one thing after the other; what an insert is stands in its first line.
                if asked.starts_with(b"POST") {
                    writes = asked[..length].windows(6).any(|word| word == b"INSERT");
                }
                if server.write_all(&asked[..length]).await.is_err() { return }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                let passes = match now {
                    Passage::Unreceipted if writes => return,
                    Passage::Silent => continue,
                    Passage::Slow => {
                        tokio::time::sleep(SLOW).await;
                        length
                    }
                    Passage::Short => length * 2 / 3,
                    _ => length,
                };
                if client.write_all(&answered[..passes]).await.is_err() || now == Passage::Short { return }
            }
            changed = passage.changed() => if changed.is_err() { return },
        }
    }
}
