//! A way to servers that tests close, stall or cut.

use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What becomes of what is said through a gate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passage {
    /// It passes.
    Open,
    /// Connections end.
    Closed,
    /// Questions pass, and no answer comes.
    Silent,
    /// Questions pass; what is written is written, and the connection ends where the receipt would come.
    Unreceipted,
}

/// Listens on loopback and passes each connection on, to the servers in turn. Stops with the test.
pub struct Gate {
    pub address: SocketAddr,
    passage: watch::Sender<Passage>,
}

impl Gate {
    /// An open gate to servers.
    pub async fn to(servers: Vec<SocketAddr>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let passage = watch::Sender::new(Passage::Open);
        let watched = passage.subscribe();
        tokio::spawn(async move {
            for server in servers.iter().cycle() {
                let Ok((client, _)) = listener.accept().await else {
                    return;
                };
                if *watched.borrow() == Passage::Closed {
                    continue;
                }
                let (server, passage) = (*server, watched.clone());
                tokio::spawn(async move {
                    if let Ok(server) = TcpStream::connect(server).await {
                        pass(client, server, passage).await;
                    }
                });
            }
        });
        Self { address, passage }
    }

    /// Lets pass from now on what the passage says.
    pub fn set(&self, passage: Passage) {
        self.passage.send_replace(passage);
    }
}

/// Ends when either side does, or the gate closes.
async fn pass(mut client: TcpStream, mut server: TcpStream, mut passage: watch::Receiver<Passage>) {
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let mut writes = false;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let Ok(length @ 1..) = read else { return };
                // A connection asks one thing after the other; what an insert is stands in its first line.
                if asked.starts_with(b"POST") {
                    writes = asked[..length].windows(6).any(|word| word == b"INSERT");
                }
                if server.write_all(&asked[..length]).await.is_err() { return }
            }
            read = server.read(&mut answered) => {
                let Ok(length @ 1..) = read else { return };
                let now = *passage.borrow();
                match now {
                    Passage::Closed => return,
                    Passage::Unreceipted if writes => return,
                    Passage::Silent => {}
                    Passage::Open | Passage::Unreceipted => if client.write_all(&answered[..length]).await.is_err() { return },
                }
            }
            changed = passage.changed() => if changed.is_err() || *passage.borrow() == Passage::Closed { return },
        }
    }
}
