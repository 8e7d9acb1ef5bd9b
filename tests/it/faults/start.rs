//! Starts that are cut short, that meet each other, or that find what they can't use (T84).

use super::is_thorough;
use crate::durability::{pages, send, set_up};
use crate::support::{Program, database};
use sqlx::{Connection, Executor, PgConnection, SqliteConnection};
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;
use std::process::Output;
use std::time::{Duration, Instant};

/// A database that several data folders share, and the secret that they then share too.
struct Shared {
    url: String,
    _folder: tempfile::TempDir,
}

impl Shared {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: database::fresh(folder.path()).await.unwrap(),
            _folder: folder,
        }
    }

    fn command(&self, program: &Program, args: &[&str]) -> std::process::Command {
        let mut command = program.command(args);
        command
            .env("VITRINE_DATABASE_URL", &self.url)
            .env("VITRINE_SECRET", "5".repeat(64))
            .env("VITRINE_LISTEN", "127.0.0.1:0");
        command
    }

    async fn migrate(&self, program: &Program) -> Output {
        let mut command = self.command(program, &["migrate"]);
        tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap()
    }

    async fn execute(&self, sql: &'static str) {
        match self.url.starts_with("sqlite") {
            true => drop(
                SqliteConnection::connect(&self.url)
                    .await
                    .unwrap()
                    .execute(sql)
                    .await
                    .unwrap(),
            ),
            false => drop(
                PgConnection::connect(&self.url)
                    .await
                    .unwrap()
                    .execute(sql)
                    .await
                    .unwrap(),
            ),
        }
    }
}

/// One line that says what is wrong, and exit code 1.
fn refusal(ran: &Output) -> String {
    let said = String::from_utf8_lossy(&ran.stderr).into_owned();
    assert_eq!(ran.status.code(), Some(1), "{said}");
    let last = said.lines().last().unwrap_or_default().to_owned();
    assert!(last.starts_with("vitrine: "), "{said}");
    last
}

fn expect_success(ran: &Output) {
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_migrations_that_are_killed_are_completed_by_the_next_start() {
    let program = Program::new();
    // A whole migration takes this long here.
    let since = Instant::now();
    expect_success(&Shared::new().await.migrate(&program.elsewhere()).await);
    let whole = since.elapsed();
    let rounds = if is_thorough() { 50 } else { 8 };
    for round in 0..rounds {
        let (shared, program) = (Shared::new().await, program.elsewhere());
        let mut child = shared.command(&program, &["migrate"]).spawn().unwrap();
        tokio::time::sleep(whole * (round * 37 % rounds) / rounds).await;
        child.kill().unwrap();
        child.wait().unwrap();
        let next = shared.migrate(&program).await;
        assert!(
            next.status.success(),
            "round {round}: {}",
            String::from_utf8_lossy(&next.stderr)
        );
        expect_success(&shared.migrate(&program).await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_of_several_starters_each_finds_the_schema_whole() {
    let program = Program::new();
    for _ in 0..3 {
        let shared = Shared::new().await;
        let programs = [program.elsewhere(), program.elsewhere(), program.elsewhere()];
        let ran = futures_util::future::join_all(programs.iter().map(|program| shared.migrate(program))).await;
        ran.iter().for_each(expect_success);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_a_starter_waits_for_one_that_migrates_for_long() {
    let (program, shared) = (Program::new(), Shared::new().await);
    if shared.url.starts_with("sqlite") || !is_thorough() {
        return;
    }
    expect_success(&shared.migrate(&program).await);
    // Longer than a statement of a request may take.
    let mut long = PgConnection::connect(&shared.url).await.unwrap();
    long.execute("BEGIN; LOCK TABLE _sqlx_migrations IN ACCESS EXCLUSIVE MODE")
        .await
        .unwrap();
    let waits = async {
        tokio::time::sleep(Duration::from_secs(8)).await;
        long.execute("COMMIT").await.unwrap();
    };
    let since = Instant::now();
    let (ran, ()) = tokio::join!(shared.migrate(&program), waits);
    expect_success(&ran);
    assert!(since.elapsed() >= Duration::from_secs(8), "it had to wait");
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_what_a_newer_version_wrote_is_refused() {
    let (program, shared) = (Program::new(), Shared::new().await);
    expect_success(&shared.migrate(&program).await);
    shared
        .execute(
            "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
             SELECT 9999, 'from the future', success, checksum, 0 FROM _sqlx_migrations WHERE version = 1",
        )
        .await;
    let said = refusal(&shared.migrate(&program).await);
    assert!(said.contains("newer version"), "{said}");
    shared
        .execute("DELETE FROM _sqlx_migrations WHERE version = 9999")
        .await;
    expect_success(&shared.migrate(&program).await);

    let events = program.data().join("events.duckdb");
    if !events.exists() {
        return;
    }
    let conn = duckdb::Connection::open(&events).unwrap();
    conn.execute_batch("INSERT INTO schema_version VALUES (99); CHECKPOINT")
        .unwrap();
    drop(conn);
    let before = std::fs::read(&events).unwrap();
    let said = refusal(&shared.migrate(&program).await);
    assert!(said.contains("newer version of vitrine"), "{said}");
    assert!(std::fs::read(&events).unwrap() == before, "the file is left as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn t84_a_damaged_event_file_or_log_is_set_aside_and_filled_from_the_inbox() {
    let program = Program::new();
    if std::env::var_os("TEST_CLICKHOUSE_URL").is_some() {
        return;
    }
    let mut running = program.start().await;
    let (site_id, key) = set_up(&running.actor()).await;
    let file = program.data().join("events.duckdb");
    let log = program.data().join("events.duckdb.wal");
    let mut sent = 0;
    // The file's head, each of its two headers, its log, and a file that is none.
    for (round, damage) in [
        Damage::At(8),
        Damage::At(4096),
        Damage::At(8192),
        Damage::Log,
        Damage::Whole,
    ]
    .into_iter()
    .enumerate()
    {
        for n in 0..20 {
            send(&running.actor(), &format!("/{round}/{n}")).await.expect_ok();
            sent += 1;
        }
        // Drained, so that the log has something.
        let reader = running.actor().with_key(&key);
        running
            .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == sent) })
            .await;
        running.kill();
        match damage {
            Damage::At(offset) => overwrite(&file, offset),
            Damage::Log => (0..4).for_each(|at| overwrite(&log, at * 64 + 20)),
            Damage::Whole => std::fs::write(&file, "not a database").unwrap(),
        }
        let since = Instant::now();
        running = program.start().await;
        assert!(
            since.elapsed() < Duration::from_secs(5),
            "round {round}: {:?}",
            since.elapsed()
        );
        let reader = running.actor().with_key(&key);
        let stored = running
            .wait_for(|| async { Some(pages(&reader, &site_id).await).filter(|stored| stored.len() == sent) })
            .await;
        assert!(stored.values().all(|count| *count == 1), "round {round}: {stored:?}");
    }
    running.terminate().await;
    let kept = std::fs::read_dir(program.data()).unwrap();
    let kept: Vec<String> = kept
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        kept.iter().any(|name| name.contains("damaged-")),
        "nothing is deleted: {kept:?}"
    );
}

#[derive(Clone, Copy)]
enum Damage {
    At(u64),
    Log,
    Whole,
}

/// Turns 64 bytes of a file around.
fn overwrite(file: &Path, offset: u64) {
    let mut file = std::fs::File::options().write(true).open(file).unwrap();
    file.seek(SeekFrom::Start(offset)).unwrap();
    file.write_all(&[0xa5; 64]).unwrap();
}
