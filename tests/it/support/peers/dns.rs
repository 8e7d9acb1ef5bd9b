//! An authoritative name server whose answers a test writes.

use hickory_proto::op::{Message, MessageType, OpCode, ResponseCode};
use hickory_proto::rr::rdata::{A, AAAA, CNAME};
use hickory_proto::rr::{Name, RData, Record as Answer, RecordType};
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::net::UdpSocket;

/// What a name has.
#[derive(Clone, Debug)]
pub enum Record {
    /// Addresses of either kind.
    Addresses(Vec<IpAddr>),
    /// These in turn, one set a query of A; AAAA has none.
    Alternating(Vec<Vec<IpAddr>>),
    /// Another name.
    Alias(String),
    /// The server fails.
    Failure,
}

#[derive(Clone, Debug)]
pub struct Dns {
    pub address: SocketAddr,
    records: Arc<Mutex<HashMap<String, (Record, usize)>>>,
    mute: Arc<AtomicBool>,
}

impl Dns {
    pub async fn start() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.unwrap();
        let dns = Self {
            address: socket.local_addr().unwrap(),
            records: Arc::default(),
            mute: Arc::default(),
        };
        tokio::spawn(dns.clone().serve(socket));
        dns
    }

    /// Gives a name its record.
    pub fn set(&self, name: &str, record: Record) {
        self.records.lock().unwrap().insert(name.to_owned(), (record, 0));
    }

    /// Gives a name one address.
    pub fn point(&self, name: &str, address: &str) {
        self.set(name, Record::Addresses(vec![address.parse().unwrap()]));
    }

    /// Stops to answer, or answers again.
    pub fn mute(&self, mute: bool) {
        self.mute.store(mute, Ordering::SeqCst);
    }

    async fn serve(self, socket: UdpSocket) {
        let mut buffer = [0; 1500];
        while let Ok((length, peer)) = socket.recv_from(&mut buffer).await {
            if self.mute.load(Ordering::SeqCst) {
                continue;
            }
            let question = Message::from_vec(&buffer[..length]).unwrap();
            let answer = self.answer(&question).to_vec().unwrap();
            let _gone = socket.send_to(&answer, peer).await;
        }
    }

    fn answer(&self, question: &Message) -> Message {
        let mut answer = Message::new(question.metadata.id, MessageType::Response, OpCode::Query);
        answer.metadata.authoritative = true;
        answer.metadata.recursion_available = true;
        answer.metadata.recursion_desired = true;
        let query = question.queries[0].clone();
        let (mut name, kind) = (query.name().clone(), query.query_type());
        answer.add_query(query);
        let mut records = self.records.lock().unwrap();
        for _ in 0..10 {
            let key = name.to_string().trim_end_matches('.').to_lowercase();
            let Some((record, asked)) = records.get_mut(&key) else {
                answer.metadata.response_code = ResponseCode::NXDomain;
                break;
            };
            let addresses = match record {
                Record::Failure => {
                    answer.metadata.response_code = ResponseCode::ServFail;
                    break;
                }
                Record::Alias(target) => {
                    let target = Name::from_str(&format!("{target}.")).unwrap();
                    answer.add_answer(Answer::from_rdata(name, 0, RData::CNAME(CNAME(target.clone()))));
                    name = target;
                    continue;
                }
                Record::Addresses(addresses) => addresses.clone(),
                Record::Alternating(sets) if kind == RecordType::A => {
                    *asked += 1;
                    sets[(*asked - 1) % sets.len()].clone()
                }
                Record::Alternating(_) => Vec::new(),
            };
            for address in addresses {
                let data = match (address, kind) {
                    (IpAddr::V4(address), RecordType::A) => RData::A(A(address)),
                    (IpAddr::V6(address), RecordType::AAAA) => RData::AAAA(AAAA(address)),
                    _ => continue,
                };
                answer.add_answer(Answer::from_rdata(name.clone(), 0, data));
            }
            break;
        }
        answer
    }
}
