//! A disk that fails (T80): the kernel's answers are changed while the server runs, and it goes on when they are right again.

use crate::durability::{Sent, pages, send, set_up};
use crate::support::{Program, text_of};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// strace on a process, whose calls fail until this is dropped.
struct Failing(Child);

impl Failing {
    /// Returns once every thread of the process is watched.
    async fn calls(process: u32, calls: &str, error: &str) -> Self {
        let mut command = Command::new("strace");
        command
            .args(["-f", "-o", "/dev/null", "-e", &format!("trace={calls}")])
            .args(["-e", &format!("inject={calls}:error={error}")])
            .args(["-p", &process.to_string()]);
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let said = child.stderr.take().unwrap();
        let attached = tokio::task::spawn_blocking(move || {
            let mut said = BufReader::new(said);
            let mut line = String::new();
            said.read_line(&mut line).unwrap();
            // Read on, so that strace never waits for somebody to listen.
            std::thread::spawn(move || std::io::copy(&mut said, &mut std::io::sink()));
            line
        });
        let line = attached.await.unwrap();
        assert!(line.contains("attached"), "{line}");
        Self(child)
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        // It lets go of the process when it is asked to end.
        let _asked = Command::new("kill").args(["-TERM", &self.0.id().to_string()]).status();
        let _ended = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t80_writes_and_syncs_that_fail_are_503_and_never_taken_for_done() {
    let program = Program::with_event_file();
    let running = program.start().await;
    let owner = running.actor();
    let (site_id, key) = set_up(&owner).await;
    let reader = owner.with_key(&key);
    let site = format!("/api/v1/sites/{site_id}");
    let (mut accepted, mut refused) = (Vec::new(), Vec::new());
    for (calls, error) in [
        ("fdatasync,fsync", "EIO"),
        ("pwrite64", "EIO"),
        ("pwrite64", "ENOSPC"),
        ("fdatasync,fsync", "ENOSPC"),
    ] {
        accepted.extend(send(&owner, &format!("/{calls}/{error}/before")).await.expect_ok());
        let failing = Failing::calls(running.process(), calls, error).await;
        for n in 0..5 {
            let page = format!("/{calls}/{error}/{n}");
            match send(&owner, &page).await {
                Sent::Accepted(page) => panic!("{page} was accepted, and {calls} fails"),
                Sent::Refused(answer) => {
                    assert_eq!(answer.status, 503, "{calls}: {}", answer.text());
                    assert!(answer.header("retry-after").is_some(), "{calls}");
                    answer.expect_problem("storage_full");
                    refused.push(page);
                }
            }
        }
        let body = json!({"domain": "half.example.org", "timezone": "UTC"});
        let answer = owner.post("/api/v1/sites", body).await.expect_status(503);
        answer.expect_problem("storage_full");
        reader.get(&site).await.expect_status(200);
        owner.get("/healthz").await.expect_status(200);
        owner.get("/readyz").await.expect_status(503);
        drop(failing);
        accepted.extend(send(&owner, &format!("/{calls}/{error}/after")).await.expect_ok());
        owner.get("/readyz").await.expect_status(200);
        let sites = owner.get("/api/v1/sites").await.expect_status(200).text();
        assert!(!sites.contains("half.example.org"), "{calls} {error}: {sites}");
    }
    let stored = running
        .wait_for(|| async {
            let stored = pages(&reader, &site_id).await;
            accepted.iter().all(|page| stored.contains_key(page)).then_some(stored)
        })
        .await;
    // What was refused may have reached the disk all the same; nothing did twice.
    assert!(stored.values().all(|count| *count == 1), "{stored:?}");
    assert!(
        stored
            .keys()
            .all(|page| accepted.contains(page) || refused.contains(page)),
        "{stored:?}"
    );
    running.terminate().await;
    assert_eq!(program.run_command(&["check"]).await, "everything is in order\n");
}

#[tokio::test(flavor = "multi_thread")]
async fn t80_a_start_that_cannot_rename_is_refused_and_the_next_one_has_everything() {
    let program = Program::with_event_file();
    let mut running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    for n in 0..10 {
        send(&running.actor(), &format!("/{n}")).await.expect_ok();
    }
    let reader = running.actor().with_key(&key);
    running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == 10) })
        .await;
    running.kill();
    let serve = program.command(&["serve"]);
    let mut command = Command::new("strace");
    let renames = "rename,renameat,renameat2";
    command
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &format!("trace={renames}")])
        .args(["-e", &format!("inject={renames}:error=EIO")])
        .arg(serve.get_program())
        .args(serve.get_args())
        .envs(serve.get_envs().filter_map(|(name, value)| Some((name, value?))))
        .env("VITRINE_LISTEN", "127.0.0.1:0");
    let ran = tokio::task::spawn_blocking(move || command.output())
        .await
        .unwrap()
        .unwrap();
    let said = text_of(&ran.stderr);
    assert_eq!(ran.status.code(), Some(1), "{said}");
    let last = said.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("vitrine: ") && last.contains("events.duckdb.wal"),
        "{said}"
    );

    let running = program.start().await;
    let reader = running.actor().with_key(&key);
    let stored = running
        .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == 10) })
        .await;
    assert!(stored.values().all(|count| *count == 1), "{stored:?}");
    running.terminate().await;
}
