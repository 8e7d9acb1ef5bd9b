//! One crawl: the site's pages first, then what lies elsewhere.

use super::page;
use super::probe::{Verdict, of_answer, of_fault, probe};
use super::robots::{self, Word, Words};
use crate::config::Monitors;
use crate::egress::{Answer, Egress, Request};
use crate::monitors::model::reason_word;
use crate::monitors::store::findings::LinkRow;
use futures_util::StreamExt;
use futures_util::stream::iter;
use shared::facts::LinksFacts;
use shared::monitor::Reason;
use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::time::Duration;
use tokio::time::{Instant, sleep};
use url::Url;

/// The lane gives a crawl fifteen minutes; what is not seen by then is not seen.
const MOST_TIME: Duration = Duration::from_secs(780);
const PAGE_PATIENCE: Duration = Duration::from_secs(20);
const MOST_FINDINGS: usize = 1000;
/// Other hosts that are asked at the same time.
const HOSTS_AT_ONCE: usize = 4;

/// Why there is no crawl.
#[derive(Clone, Copy, Debug)]
pub struct Stop(pub Reason);

/// A link and who has it.
#[derive(Debug)]
struct Seen {
    found_on: Url,
    pages: i64,
    verdict: Option<Verdict>,
}

/// A crawl under way.
#[derive(Debug)]
pub struct Crawl<'a> {
    egress: &'a Egress,
    limits: &'a Monitors,
    start: Url,
    until: Instant,
    seen: BTreeMap<Url, Seen>,
    queue: VecDeque<Url>,
    pages: i64,
    truncated: bool,
}

impl<'a> Crawl<'a> {
    /// A crawl from a page on.
    pub fn new(egress: &'a Egress, limits: &'a Monitors, start: &Url) -> Self {
        Self {
            egress,
            limits,
            start: start.clone(),
            until: Instant::now() + MOST_TIME,
            seen: BTreeMap::new(),
            queue: VecDeque::new(),
            pages: 0,
            truncated: false,
        }
    }

    /// Crawls; what was counted and found.
    pub async fn run(mut self) -> Result<(LinksFacts, Vec<LinkRow>), Stop> {
        let word = match robots::ask(self.egress, &self.start).await {
            Ok(word) => word,
            Err(fault) => return Err(Stop(self.egress.reason(fault, &self.start).await)),
        };
        if !word.allows(&self.start) {
            return Err(Stop(Reason::Robots));
        }
        self.begin().await?;
        self.own_pages(&word).await;
        self.elsewhere().await;
        Ok(self.told())
    }

    /// The first page; without it there is nothing to crawl.
    async fn begin(&mut self) -> Result<(), Stop> {
        let answer = match self.get(&self.start).await {
            Ok(answer) => answer,
            Err(fault) => return Err(Stop(self.egress.reason(fault, &self.start).await)),
        };
        if answer.status.as_u16() >= 400 {
            return Err(Stop(Reason::WrongStatus));
        }
        // A site that answers under another name (with www, by https) is that site.
        self.start = answer.url.clone();
        self.read(&answer);
        Ok(())
    }

    async fn get(&self, url: &Url) -> Result<Answer, crate::egress::Fault> {
        self.egress.fetch(Request::get(url.clone()).within(PAGE_PATIENCE)).await
    }

    fn is_own(&self, url: &Url) -> bool {
        url.host() == self.start.host() && url.port() == self.start.port()
    }

    /// Takes the links of a page in.
    fn read(&mut self, answer: &Answer) {
        self.pages += 1;
        let is_html = answer.header("content-type").is_some_and(|kind| kind.contains("html"));
        if !is_html || !self.is_own(&answer.url) {
            return;
        }
        let links = page::links(&answer.url, &answer.text());
        for url in links {
            if let Some(seen) = self.seen.get_mut(&url) {
                seen.pages += 1;
                continue;
            }
            if self.seen.len() >= self.limits.crawl_links {
                self.truncated = true;
                continue;
            }
            let own = self.is_own(&url);
            if own {
                self.queue.push_back(url.clone());
            }
            let seen = Seen {
                found_on: answer.url.clone(),
                pages: 1,
                verdict: None,
            };
            self.seen.insert(url, seen);
        }
    }

    /// Asks for the site's own links, and reads those that are pages, as long as there is room for more.
    async fn own_pages(&mut self, word: &Word) {
        let pause = word.delay().max(Duration::from_millis(self.limits.crawl_pause_ms));
        let mut read = BTreeSet::from([self.start.clone()]);
        while let Some(url) = self.queue.pop_front() {
            if Instant::now() >= self.until {
                self.truncated = true;
                break;
            }
            let verdict = if !word.allows(&url) {
                Verdict::Skipped
            } else if url == self.start {
                Verdict::Working
            } else if self.pages < self.limits.crawl_pages && may_be_page(&url) {
                sleep(pause).await;
                match self.get(&url).await {
                    Ok(answer) => {
                        if answer.status.is_success() && read.insert(answer.url.clone()) {
                            self.read(&answer);
                        }
                        of_answer(&answer)
                    }
                    Err(fault) => of_fault(self.egress, &url, fault).await,
                }
            } else {
                self.truncated |= may_be_page(&url);
                sleep(pause).await;
                probe(self.egress, &url).await
            };
            self.note(&url, verdict);
        }
    }

    fn note(&mut self, url: &Url, verdict: Verdict) {
        if let Some(seen) = self.seen.get_mut(url) {
            seen.verdict = Some(verdict);
        }
    }

    /// Asks for what lies on other hosts: several hosts at once, each one link after another.
    async fn elsewhere(&mut self) {
        let mut by_host: HashMap<String, Vec<Url>> = HashMap::new();
        for url in self.seen.keys().filter(|url| !self.is_own(url)) {
            let host = url.host_str().unwrap_or_default().to_owned();
            by_host.entry(host).or_default().push(url.clone());
        }
        let (egress, until) = (self.egress, self.until);
        let pause = Duration::from_millis(self.limits.crawl_pause_ms);
        let hosts = by_host.into_values().map(|links| host(egress, links, pause, until));
        let looked = iter(hosts).buffer_unordered(HOSTS_AT_ONCE).collect::<Vec<_>>().await;
        for (url, verdict) in looked.into_iter().flatten() {
            self.note(&url, verdict);
        }
    }

    fn told(self) -> (LinksFacts, Vec<LinkRow>) {
        let mut facts = LinksFacts {
            pages: self.pages,
            truncated: self.truncated,
            ..LinksFacts::default()
        };
        let mut findings = Vec::new();
        for (url, seen) in self.seen {
            let (state, status, reason, target) = match seen.verdict {
                Some(Verdict::Working) => {
                    facts.working += 1;
                    continue;
                }
                Some(Verdict::Skipped) => {
                    facts.skipped += 1;
                    continue;
                }
                // Time was over.
                None => {
                    facts.skipped += 1;
                    facts.truncated = true;
                    continue;
                }
                Some(Verdict::Redirecting { status, target }) => {
                    facts.redirecting += 1;
                    ("redirecting", Some(status), None, Some(target))
                }
                Some(Verdict::Broken { status, reason }) => {
                    facts.broken += 1;
                    ("broken", status, reason, None)
                }
            };
            findings.push(LinkRow {
                position: 0,
                url: url.to_string(),
                state: state.to_owned(),
                status: status.map(i64::from),
                reason: reason.map(reason_word),
                target,
                found_on: seen.found_on.to_string(),
                pages: seen.pages,
            });
        }
        // Broken ones first, and those that many pages have before others.
        findings.sort_by(|a, b| (&a.state, -a.pages, &a.url).cmp(&(&b.state, -b.pages, &b.url)));
        findings.truncate(MOST_FINDINGS);
        for (position, finding) in findings.iter_mut().enumerate() {
            finding.position = position as i64;
        }
        (facts, findings)
    }
}

/// The links to one other host, one after another.
async fn host(egress: &Egress, links: Vec<Url>, pause: Duration, until: Instant) -> Vec<(Url, Verdict)> {
    let mut words = Words::default();
    let mut looked = Vec::new();
    for url in links {
        if Instant::now() >= until {
            break;
        }
        let word = words.of(egress, &url).await;
        let (is_allowed, delay) = (word.allows(&url), word.delay());
        let verdict = if is_allowed {
            sleep(delay.max(pause)).await;
            probe(egress, &url).await
        } else {
            Verdict::Skipped
        };
        looked.push((url, verdict));
    }
    looked
}

/// False for a path that ends like a file that is no page.
fn may_be_page(url: &Url) -> bool {
    let last = url.path().rsplit('/').next().unwrap_or_default();
    match last.rsplit_once('.') {
        Some((_, ending)) => matches!(
            ending.to_ascii_lowercase().as_str(),
            "html" | "htm" | "xhtml" | "php" | "asp" | "aspx" | "jsp" | "cgi"
        ),
        None => true,
    }
}
