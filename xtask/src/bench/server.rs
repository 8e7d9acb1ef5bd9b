//! A server under load: started on a free port, ended when dropped.

use crate::process;
use anyhow::{Context as _, Result, bail};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server has done what it does after its start.
const SETTLING: Duration = Duration::from_secs(4);
/// A day of a million events is counted in less.
const COUNTING: Duration = Duration::from_secs(15);

/// A share link that the demo printed.
#[derive(Clone)]
pub(crate) struct Link {
    pub(crate) domain: String,
    pub(crate) token: String,
}

/// A running server.
pub(crate) struct Server {
    child: Child,
    pub(crate) url: String,
    pub(crate) links: Vec<Link>,
}

impl Server {
    /// Starts a program with raised limits and waits for its ready line; of the demo, also for its links.
    pub(crate) fn start(program: &Path, args: &[&str], settings: &[(&str, &str)]) -> Result<Self> {
        let raised = [
            "API_PER_SECOND",
            "API_BURST",
            "KEY_PER_MINUTE",
            "SIGN_IN_PER_MINUTE",
            "EVENTS_PER_SECOND",
            "EVENTS_BURST",
            "RESOLVE_PER_MINUTE",
            "SITE_EVENTS_PER_SECOND",
            "SITE_EVENTS_BURST",
        ];
        let raised = raised.map(|name| (format!("VITRINE_LIMITS__{name}"), "4000000"));
        let mut child = Command::new(program)
            .args(args)
            .env("VITRINE_LISTEN", "127.0.0.1:0")
            .env("VITRINE_LOG", "warn")
            .envs(raised)
            .envs(settings.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let mut lines = BufReader::new(child.stdout.take().context("stdout is piped")?).lines();
        let mut url = None;
        let mut links = Vec::new();
        let wanted = if args.first() == Some(&"demo") { 2 } else { 0 };
        while url.is_none() || links.len() < wanted {
            let Some(line) = lines.next().transpose()? else {
                bail!("{} ended before it was ready", program.display())
            };
            url = url.or_else(|| line.split_once("listening on ").map(|(_, url)| url.to_owned()));
            links.extend(line.split_whitespace().find_map(link_of));
        }
        // The rest of what it prints is not wanted, and must not fill the pipe.
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
        Ok(Self {
            child,
            url: url.context("the ready line has an address")?,
            links,
        })
    }

    /// Resident memory once nothing has been asked for some seconds, and how much of it is no part of a file (of the program and its
    /// library, above all), which the system could not take back.
    pub(crate) fn idle_kib(&self) -> Result<(u64, u64)> {
        std::thread::sleep(SETTLING);
        Ok((self.resident_kib()?, self.status_kib("RssAnon:")?))
    }

    /// How many questions were asked of sites, and how many of them the engine had to answer.
    pub(crate) fn questions(&self) -> Result<(u64, u64)> {
        let [all, computed] = self.metrics(["events_questions_total", "events_questions_computed_total"])?;
        Ok((all, computed))
    }

    /// Waits until the days that go on are counted that somebody asked about: until their number has been the same for some seconds.
    pub(crate) fn settle(&self) -> Result<()> {
        let mut before = None;
        loop {
            let [days] = self.metrics(["events_running_days"])?;
            if before == Some(days) {
                return Ok(());
            }
            before = Some(days);
            std::thread::sleep(COUNTING);
        }
    }

    fn metrics<const N: usize>(&self, names: [&str; N]) -> Result<[u64; N]> {
        let url = format!("{}/metrics", self.url);
        let text = String::from_utf8(process::output(Command::new("curl").args(["-sf", &url]))?)?;
        let mut told = [0; N];
        for (told, name) in told.iter_mut().zip(names) {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            let line = lines.find(|(word, _)| word.ends_with(name));
            let number = line.and_then(|(_, number)| number.parse().ok());
            *told = number.with_context(|| format!("/metrics has {name}"))?;
        }
        Ok(told)
    }

    /// Resident memory.
    pub(crate) fn resident_kib(&self) -> Result<u64> {
        self.status_kib("VmRSS:")
    }

    /// The most that was resident since the last [`Self::forget_peak`].
    pub(crate) fn peak_kib(&self) -> Result<u64> {
        self.status_kib("VmHWM:")
    }

    /// Begins to look for the most anew.
    pub(crate) fn forget_peak(&self) -> Result<()> {
        let file = format!("/proc/{}/clear_refs", self.child.id());
        std::fs::write(&file, "5").with_context(|| format!("cannot write {file}"))
    }

    fn status_kib(&self, field: &str) -> Result<u64> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix(field))
            .with_context(|| format!("the kernel tells {field}"))?;
        Ok(line.trim().trim_end_matches(" kB").trim().parse()?)
    }
}

fn link_of(word: &str) -> Option<Link> {
    let (domain, token) = word.split_once("/share/")?.1.split_once("?auth=")?;
    Some(Link {
        domain: domain.to_owned(),
        token: token.chars().take_while(char::is_ascii_hexdigit).collect(),
    })
}

impl Drop for Server {
    fn drop(&mut self) {
        // A demo removes its folder when it is asked to end.
        let _asked = Command::new("kill").arg(self.child.id().to_string()).status();
        let _reaped = self.child.wait();
    }
}
