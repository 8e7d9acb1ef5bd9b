//! The password of the metadata store is in no line of the log (T77).

use crate::secrecy::{SETTINGS, assert_holds_none, walk};
use crate::support::Program;
use crate::support::postgres::Postgres;

const DSN_PASSWORD: &str = "pg-pa55 of/the operator";
const EVENTS_PASSWORD: &str = "ch-pa55 of/the operator";

fn in_url(password: &str) -> String {
    percent_encoding::utf8_percent_encode(password, percent_encoding::NON_ALPHANUMERIC).to_string()
}

fn passwords() -> Vec<String> {
    vec![DSN_PASSWORD.to_owned(), EVENTS_PASSWORD.to_owned()]
}

#[tokio::test(flavor = "multi_thread")]
async fn t77_the_password_of_a_store_is_not_logged_while_it_is_used() {
    let Some(postgres) = Postgres::start().await else {
        return;
    };
    let url = postgres
        .url()
        .replace("vitrine@", &format!("vitrine:{}@", in_url(DSN_PASSWORD)));
    let (program, folder) = (
        Program::with_event_file().and(&[("DATABASE_URL", &url)]),
        tempfile::tempdir().unwrap(),
    );
    let log = folder.path().join("log");
    let running = program.start_logged(&SETTINGS, &log).await;
    let walked = walk(&running.actor()).await;
    running.terminate().await;
    let text = std::fs::read(&log).unwrap();
    assert!(!text.is_empty());
    let secrets = [walked.secrets, passwords()].concat();
    assert_holds_none("the log", &text, &secrets);
}

#[tokio::test(flavor = "multi_thread")]
async fn t77_the_password_of_a_store_is_not_told_when_it_cannot_be_reached() {
    let program = Program::with_event_file();
    let nowhere = [
        (
            "VITRINE_DATABASE_URL",
            format!("postgres://vitrine:{}@127.0.0.1:1/vitrine", in_url(DSN_PASSWORD)),
        ),
        (
            "VITRINE_EVENTS_URL",
            format!("clickhouse://vitrine:{}@127.0.0.1:1/vitrine", in_url(EVENTS_PASSWORD)),
        ),
    ];
    for (name, url) in nowhere {
        let mut command = program.command(&["serve"]);
        command
            .env(name, url)
            .env("VITRINE_LOG", "trace")
            .env("VITRINE_LISTEN", "127.0.0.1:0");
        let ran = tokio::task::spawn_blocking(move || command.output())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(ran.status.code(), Some(1), "{name}");
        assert_holds_none(name, &[ran.stderr, ran.stdout].concat(), &passwords());
    }
}
