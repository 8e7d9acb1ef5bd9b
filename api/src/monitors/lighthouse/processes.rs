//! The processes of a run: how much memory they take, and their end.

use rustix::process::{Pid, Signal, kill_process, kill_process_group};
use std::path::Path;

/// Ends a group of processes; one that is gone already is fine.
pub fn kill_group(leader: Option<u32>) {
    let leader = leader.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
    if let Some(leader) = leader {
        // It fails when nobody is left.
        let _ = kill_process_group(leader, Signal::KILL);
    }
}

/// Ends every other process that was started with something in a folder in its arguments, as one that a killed server left behind.
pub fn kill_users_of(folder: &Path) {
    // With the slash, so that a neighbour whose name begins alike is left alone.
    let mut folder = folder.as_os_str().as_encoded_bytes().to_owned();
    folder.push(b'/');
    let own = std::process::id();
    for (id, entry) in all() {
        let Ok(arguments) = std::fs::read(entry.join("cmdline")) else {
            continue;
        };
        let names_it = arguments.windows(folder.len()).any(|window| window == folder);
        let is_other = u32::try_from(id).is_ok_and(|id| id != own);
        if let Some(id) = Pid::from_raw(id).filter(|_| names_it && is_other) {
            let _ = kill_process(id, Signal::KILL);
        }
    }
}

/// Kibibytes of memory that groups of processes have for themselves: what they share with others, as the program's own code, is not
/// counted. 0 where the system does not tell.
pub fn memory_kib(groups: &[u32]) -> u64 {
    let of = |entry: &Path| -> Option<u64> {
        let stat = std::fs::read_to_string(entry.join("stat")).ok()?;
        // After the name, which may have blanks and brackets: state, parent, group.
        let group = stat
            .rsplit_once(')')?
            .1
            .split_whitespace()
            .nth(2)?
            .parse::<u32>()
            .ok()?;
        if !groups.contains(&group) {
            return None;
        }
        let status = std::fs::read_to_string(entry.join("status")).ok()?;
        let of_kind = |line: &str| {
            let (kind, rest) = line.split_once(':')?;
            let counts = matches!(kind, "RssAnon" | "RssShmem" | "VmSwap");
            rest.split_whitespace().next()?.parse::<u64>().ok().filter(|_| counts)
        };
        Some(status.lines().filter_map(of_kind).sum())
    };
    all().filter_map(|(_, entry)| of(&entry)).sum()
}

fn all() -> impl Iterator<Item = (i32, std::path::PathBuf)> {
    let entries = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    entries.filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path())))
}
