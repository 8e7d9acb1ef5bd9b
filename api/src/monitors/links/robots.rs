//! What hosts say of robots, each asked once a crawl.

use crate::egress::{Egress, Fault, Request};
use std::collections::HashMap;
use std::time::Duration;
use texting_robots::Robot;
use url::{Origin, Url};

/// The word by which robots.txt may name us.
const AGENT: &str = "Vitrine";
const PATIENCE: Duration = Duration::from_secs(10);
/// RFC 9309 asks for at least 500 KiB.
const MOST_BYTES: usize = 512 * 1024;
const LONGEST_DELAY: Duration = Duration::from_secs(5);

/// What one host says.
#[derive(Debug)]
pub enum Word {
    /// These rules.
    Rules(Box<Robot>),
    /// Nothing: everything is allowed.
    Silence,
    /// It could not be asked: nothing is allowed (RFC 9309, 2.3.1.4).
    Closed,
}

impl Word {
    /// True when a URL of the host may be asked for.
    pub fn allows(&self, url: &Url) -> bool {
        match self {
            Word::Rules(robot) => robot.allowed(url.as_str()),
            Word::Silence => true,
            Word::Closed => false,
        }
    }

    /// The pause that the host asks for, within reason.
    pub fn delay(&self) -> Duration {
        match self {
            Word::Rules(robot) => {
                let seconds = robot.delay.filter(|delay| delay.is_finite() && *delay > 0.0);
                Duration::from_secs_f32(seconds.unwrap_or(0.0).min(LONGEST_DELAY.as_secs_f32()))
            }
            Word::Silence | Word::Closed => Duration::ZERO,
        }
    }
}

/// Asks a host; a fault is told apart from a word.
pub async fn ask(egress: &Egress, url: &Url) -> Result<Word, Fault> {
    let mut robots = url.clone();
    robots.set_path("/robots.txt");
    robots.set_query(None);
    let answer = egress
        .fetch(Request::get(robots).within(PATIENCE).at_most(MOST_BYTES))
        .await?;
    Ok(match answer.status.as_u16() {
        200..300 => match Robot::new(AGENT, &answer.body) {
            Ok(robot) => Word::Rules(Box::new(robot)),
            Err(_) => Word::Silence,
        },
        500.. | 429 => Word::Closed,
        _ => Word::Silence,
    })
}

/// The words of several hosts.
#[derive(Debug, Default)]
pub struct Words(HashMap<Origin, Word>);

impl Words {
    /// The word of a URL's host; a host that can't be reached is not closed for that: the link itself will tell.
    pub async fn of(&mut self, egress: &Egress, url: &Url) -> &Word {
        let origin = url.origin();
        if !self.0.contains_key(&origin) {
            let word = ask(egress, url).await.unwrap_or(Word::Silence);
            self.0.insert(origin.clone(), word);
        }
        self.0.get(&origin).unwrap_or(&Word::Silence)
    }
}
