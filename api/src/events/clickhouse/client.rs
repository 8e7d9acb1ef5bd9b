//! Talking to ClickHouse over HTTP.

use super::answer::Lines;
use crate::events::error::{EngineError, OpenError};
use crate::events::statement::{Cell, Param, Statement};
use clickhouse::query::Query;
use std::time::Duration;
use tokio::sync::mpsc;
use url::Url;

/// An answer that takes longer than this is waited for only while the server answers pings.
const PING_AFTER: Duration = Duration::from_secs(1);
const PING_WITHIN: Duration = Duration::from_secs(1);
/// Rows are written within this, or written again under the same token.
const INSERT_WITHIN: Duration = Duration::from_secs(30);
/// Deletions rewrite what they touch and are waited for.
const CHANGE_WITHIN: Duration = Duration::from_secs(600);
const FORMAT: &str = "JSONCompactEachRowWithNamesAndTypes";

/// How every engine answers: NULL where nothing is, whole numbers as they are, a row once however often it was written.
const SETTINGS: [(&str, &str); 8] = [
    ("join_use_nulls", "1"),
    ("aggregate_functions_null_for_empty", "1"),
    ("cast_keep_nullable", "1"),
    ("final", "1"),
    ("output_format_json_quote_64bit_integers", "0"),
    ("max_query_size", "16777216"),
    // Rows of a site lie together, so that each server of a cluster can answer for its sites.
    ("distributed_product_mode", "local"),
    ("insert_distributed_sync", "1"),
];

/// Who takes the rows of an answer.
enum Taker<'a> {
    /// Whoever waits for all of them.
    All(&'a mut Vec<Vec<Cell>>),
    /// Whoever takes some at a time, and goes when it has enough.
    Some(mpsc::Sender<Vec<Vec<Cell>>>),
}

impl Taker<'_> {
    /// False when no more are wanted.
    async fn take(&mut self, rows: Vec<Vec<Cell>>) -> bool {
        match self {
            Taker::All(all) => {
                all.extend(rows);
                true
            }
            Taker::Some(sender) => sender.send(rows).await.is_ok(),
        }
    }
}

/// A database on a server or cluster.
#[derive(Clone)]
pub(super) struct Client {
    http: clickhouse::Client,
    database: String,
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("database", &self.database)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// A client for `clickhouse://user:password@host:8123/database`; `?secure=true` speaks TLS (port 8443).
    pub(super) fn new(url: &str) -> Result<Self, OpenError> {
        let wrong = |what: &str| OpenError::Settings(format!("events_url {what}"));
        let url = Url::parse(url).map_err(|error| wrong(&format!("is no URL: {error}")))?;
        let host = url.host_str().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| wrong("names no host"))?;
        let mut secure = false;
        for (name, value) in url.query_pairs() {
            match (name.as_ref(), value.as_ref()) {
                ("secure", "true") => secure = true,
                ("secure", "false") => {}
                _ => return Err(wrong(&format!("has {name}, which is not known; ?secure=true is"))),
            }
        }
        let (scheme, usual) = if secure { ("https", 8443) } else { ("http", 8123) };
        let database = match url.path().trim_matches('/') {
            "" => "vitrine",
            name if name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => name,
            _ => {
                return Err(wrong(
                    "names a database with other characters than letters, digits and _",
                ));
            }
        };
        let mut http = clickhouse::Client::default()
            .with_url(format!("{scheme}://{host}:{}", url.port().unwrap_or(usual)))
            .with_database(database);
        if !url.username().is_empty() {
            http = http.with_user(decoded(url.username()));
        }
        if let Some(password) = url.password() {
            http = http.with_password(decoded(password));
        }
        for (name, value) in SETTINGS {
            http = http.with_setting(name, value);
        }
        Ok(Self {
            http,
            database: database.to_owned(),
        })
    }

    /// The database's name.
    pub(super) fn database(&self) -> &str {
        &self.database
    }

    /// Answers a question.
    pub(super) async fn query(&self, statement: &Statement, within: Duration) -> Result<Vec<Vec<Cell>>, EngineError> {
        let mut all = Vec::new();
        self.each(statement, Some(within), Taker::All(&mut all)).await?;
        Ok(all)
    }

    /// Hands the rows of an answer over as they come, until nobody takes them.
    pub(super) async fn query_each(
        &self,
        statement: &Statement,
        rows: mpsc::Sender<Vec<Vec<Cell>>>,
    ) -> Result<(), EngineError> {
        self.each(statement, None, Taker::Some(rows)).await
    }

    async fn each(
        &self,
        statement: &Statement,
        within: Option<Duration>,
        mut taker: Taker<'_>,
    ) -> Result<(), EngineError> {
        // A reader that goes away stops the question; nothing that a question says can write.
        let mut query = bound(&self.http, statement)
            .with_setting("readonly", "2")
            .with_setting("cancel_http_readonly_queries_on_client_close", "1");
        if let Some(within) = within {
            query = query.with_setting("max_execution_time", within.as_secs_f64().ceil().to_string());
        }
        let mut cursor = query.fetch_bytes(FORMAT).map_err(engine_error)?;
        let mut lines = Lines::default();
        let mut heard = false;
        loop {
            let next = cursor.next();
            let chunk = if heard {
                next.await
            } else {
                self.while_alive(next).await?
            };
            heard = true;
            let Some(chunk) = chunk.map_err(engine_error)? else {
                break;
            };
            let rows = lines.take(&chunk)?;
            if !rows.is_empty() && !taker.take(rows).await {
                return Ok(());
            }
        }
        lines.end()
    }

    /// Waits for an answer as long as the server answers pings meanwhile.
    async fn while_alive<T>(&self, answer: impl Future<Output = T>) -> Result<T, EngineError> {
        let watch = async {
            loop {
                tokio::time::sleep(PING_AFTER).await;
                match tokio::time::timeout(PING_WITHIN, self.http.query("SELECT 1").execute()).await {
                    // It is busy, but there.
                    Ok(Err(clickhouse::error::Error::BadResponse(_)) | Ok(())) => {}
                    Ok(Err(error)) => return engine_error(error),
                    Err(_) => return EngineError::Away("no answer to a ping".into()),
                }
            }
        };
        tokio::select! {
            answer = answer => Ok(answer),
            error = watch => Err(error),
        }
    }

    /// Inserts rows in `JSONEachRow` under a token: rows that come again under it are dropped.
    pub(super) async fn insert(&self, table: &str, token: &str, rows: &str) -> Result<(), EngineError> {
        let insert = async {
            let mut insert = self
                .http
                .insert_formatted_with(format!("INSERT INTO {table} FORMAT JSONEachRow"))
                .with_setting("async_insert", "0")
                .with_setting("insert_deduplicate", "1")
                .with_setting("insert_deduplication_token", token)
                .with_setting("max_partitions_per_insert_block", "0");
            insert.send(rows.to_owned().into()).await?;
            insert.end().await
        };
        let done = tokio::time::timeout(INSERT_WITHIN, insert).await;
        done.unwrap_or(Err(clickhouse::error::Error::TimedOut))
            .map_err(engine_error)
    }

    /// Changes the schema, or deletes rows and waits until they are gone.
    pub(super) async fn change(&self, statement: &Statement) -> Result<(), EngineError> {
        let query = bound(&self.http, statement).with_setting("mutations_sync", "2");
        let done = tokio::time::timeout(CHANGE_WITHIN, query.execute()).await;
        done.unwrap_or(Err(clickhouse::error::Error::TimedOut))
            .map_err(engine_error)
    }

    /// Makes the database, if there is none. Where that is not allowed, it must be there.
    pub(super) async fn create_database(&self, on_cluster: &str) -> Result<(), EngineError> {
        let outside = self.http.clone().with_database("default");
        let sql = format!("CREATE DATABASE IF NOT EXISTS {}{on_cluster}", self.database);
        match outside.query(&sql).execute().await.map_err(engine_error) {
            Err(EngineError::Other(words)) if words.contains("ACCESS_DENIED") => Ok(()),
            done => done,
        }
    }
}

fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text)
        .decode_utf8_lossy()
        .into_owned()
}

fn bound(http: &clickhouse::Client, statement: &Statement) -> Query {
    statement
        .params
        .iter()
        .fold(http.query(&statement.sql), |query, param| match param {
            Param::Int(number) => query.bind(number),
            Param::Text(text) => query.bind(text),
        })
}

/// Sorts failures by ClickHouse's codes.
fn engine_error(error: clickhouse::error::Error) -> EngineError {
    use clickhouse::error::Error;
    let words = error.to_string();
    match error {
        Error::Network(_) | Error::TimedOut | Error::Decompression(_) => EngineError::Away(words),
        Error::BadResponse(text) => match code(&text) {
            // TIMEOUT_EXCEEDED, QUERY_WAS_CANCELLED.
            Some(159 | 394) => EngineError::Interrupted,
            // CANNOT_COMPILE_REGEXP.
            Some(427) => EngineError::Input(words),
            // NOT_ENOUGH_SPACE, CANNOT_WRITE_TO_FILE_DESCRIPTOR.
            Some(243 | 75) => EngineError::Storage(words),
            // Too many queries or parts, memory, read-only replicas, Keeper, other servers of the cluster.
            Some(202 | 203 | 209 | 210 | 241 | 242 | 252 | 279 | 285 | 319 | 999) => EngineError::Away(words),
            // A proxy's words.
            None => EngineError::Away(words),
            Some(_) => EngineError::Other(words),
        },
        _ => EngineError::Other(words),
    }
}

/// The code in `Code: 60. DB::Exception: …`.
fn code(text: &str) -> Option<u32> {
    let (_, rest) = text.split_once("Code: ")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for url in [
            "clickhouse://db.example",
            "clickhouse://u:p%40ss@db.example:9000/stats?secure=true",
        ] {
            assert!(Client::new(url).is_ok(), "{url}");
        }
        for url in [
            "clickhouse://",
            "clickhouse://db.example/a-b",
            "clickhouse://db.example/?tls=1",
        ] {
            assert!(matches!(Client::new(url), Err(OpenError::Settings(_))), "{url}");
        }
    }

    #[test]
    fn failures_have_their_kinds() {
        let failed = |text: &str| engine_error(clickhouse::error::Error::BadResponse(text.into()));
        assert!(matches!(
            failed("Code: 427. DB::Exception: OptimizedRegularExpression: cannot compile"),
            EngineError::Input(_)
        ));
        assert!(matches!(
            failed("Code: 159. DB::Exception: Timeout"),
            EngineError::Interrupted
        ));
        assert!(matches!(
            failed("Code: 202. DB::Exception: Too many"),
            EngineError::Away(_)
        ));
        assert!(matches!(failed("502 Bad Gateway"), EngineError::Away(_)));
        assert!(matches!(
            failed("Code: 47. DB::Exception: Unknown"),
            EngineError::Other(_)
        ));
    }
}
