//! No log line, no panic and no trace holds what only its owner may know (T77).

use crate::support::{Actor, PASSWORD, Program, TestApp};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, get};
use actix_web::{App, HttpResponse, HttpServer};
use api::http::answer::answer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::time::Duration;

/// The address that the proxy says visitors and people come from.
pub const ADDRESS: &str = "203.0.113.77";
const LINK_PASSWORD: &str = "Pass wörd & 77 %/+";
const WRONG_PASSWORD: &str = "wr0ng guess #77";
const MAIL_PASSWORD: &str = "mail-pa55-of-operator";
const SECRET: &str = "7a11c0de7a11c0de7a11c0de7a11c0de7a11c0de7a11c0de7a11c0de7a11c0de";
const LOST_TOKEN: &str = "f00dfeedbe77";

/// Settings with secrets in them, and everything logged.
pub const SETTINGS: [(&str, &str); 5] = [
    ("VITRINE_LOG", "trace"),
    ("VITRINE_TRUSTED_PROXIES", "127.0.0.1"),
    ("VITRINE_SECRET", SECRET),
    ("VITRINE_MAIL__PASSWORD", MAIL_PASSWORD),
    ("VITRINE_REGISTRATION", "open"),
];

/// What a walk through the server has left behind.
pub struct Walked {
    /// What must be found nowhere.
    pub secrets: Vec<String>,
    /// Statuses by request id.
    pub answered: HashMap<String, u16>,
}

struct Walker {
    actor: Actor,
    walked: Walked,
}

impl Walker {
    fn new(actor: &Actor) -> Self {
        let secrets = [
            PASSWORD,
            LINK_PASSWORD,
            WRONG_PASSWORD,
            MAIL_PASSWORD,
            SECRET,
            LOST_TOKEN,
            ADDRESS,
        ];
        Self {
            actor: actor.with("x-forwarded-for", ADDRESS),
            walked: Walked {
                secrets: secrets.map(str::to_owned).to_vec(),
                answered: HashMap::new(),
            },
        }
    }

    /// Sends a request; keeps the cookies that come back as secrets.
    async fn ask(&mut self, actor: &Actor, method: Method, path: &str, body: Option<Value>) -> Value {
        let answer = actor.send(method, path, body).await;
        let id = answer.header("x-request-id").unwrap().to_owned();
        self.walked.answered.insert(id, answer.status);
        for cookie in answer.headers.get_all("set-cookie") {
            let pair = cookie.to_str().unwrap().split(';').next().unwrap();
            let value = pair.split_once('=').unwrap().1;
            self.walked
                .secrets
                .extend((!value.is_empty()).then(|| value.to_owned()));
        }
        serde_json::from_slice(&answer.body).unwrap_or(Value::Null)
    }

    async fn own(&mut self, method: Method, path: &str, body: Value) -> Value {
        let actor = self.actor.clone();
        self.ask(&actor, method, path, Some(body)).await
    }

    fn keep(&mut self, made: &Value) -> String {
        let secret = made.as_str().expect("a secret was issued").to_owned();
        self.walked.secrets.push(secret.clone());
        secret
    }
}

/// Uses everything that issues or takes a secret, rightly and wrongly.
pub async fn walk(anyone: &Actor) -> Walked {
    let mut walker = Walker::new(anyone);
    let account = json!({"email": "ann@example.org", "password": PASSWORD, "name": "Ann"});
    walker.own(Method::POST, "/api/v1/accounts", account).await;
    let site = json!({"domain": "example.org", "timezone": "Europe/Berlin"});
    let site = walker.own(Method::POST, "/api/v1/sites", site).await;
    let site = format!("/api/v1/sites/{}", site["id"].as_str().unwrap());
    let links = format!("{site}/share-links");
    let open = walker.own(Method::POST, &links, json!({"name": "Open"})).await;
    let protected = json!({"name": "Protected\r\n\u{1b}[31mforged", "password": LINK_PASSWORD});
    let protected = walker.own(Method::POST, &links, protected).await;
    let (open, protected) = (walker.keep(&open["token"]), {
        let made = if protected["token"].is_null() {
            let body = json!({"name": "Protected", "password": LINK_PASSWORD});
            walker.own(Method::POST, &links, body).await
        } else {
            protected
        };
        walker.keep(&made["token"])
    });
    walker
        .own(Method::PUT, &format!("{site}/portal"), json!({"enabled": true}))
        .await;
    let portal = walker
        .own(Method::POST, &format!("{site}/portal/token"), json!({}))
        .await;
    let portal = walker.keep(&portal["token"]);
    let key = json!({"name": "script", "scopes": ["sites:read", "stats:read"], "site_id": null});
    let key = walker.own(Method::POST, "/api/v1/api-keys", key).await;
    let key = walker.keep(&key["key"]);
    let invitation = json!({"email": "bob@example.org", "role": "viewer"});
    let invitation = walker.own(Method::POST, &format!("{site}/members"), invitation).await;
    let invitation = invitation["invite_url"]
        .as_str()
        .unwrap()
        .rsplit('/')
        .next()
        .unwrap()
        .to_owned();
    walker.walked.secrets.push(invitation.clone());
    let totp = walker
        .own(Method::POST, "/api/v1/me/totp", json!({"password": PASSWORD}))
        .await;
    walker.walked.secrets.extend(totp["secret"].as_str().map(str::to_owned));

    let stranger = anyone.with("x-forwarded-for", ADDRESS).without("cookie");
    for password in [WRONG_PASSWORD, LINK_PASSWORD] {
        let unlocking = stranger.with("authorization", &format!("Share {protected}"));
        let body = Some(json!({"password": password}));
        let grant = walker
            .ask(&unlocking, Method::POST, "/api/v1/share/example.org/unlock", body)
            .await;
        walker.walked.secrets.extend(grant["grant"].as_str().map(str::to_owned));
    }
    let wrong = json!({"email": "ann@example.org", "password": WRONG_PASSWORD});
    walker.own(Method::POST, "/api/v1/session", wrong).await;
    // Bodies that are refused by what reads them, whose words may quote what they did not expect.
    for body in [
        json!({"email": "ann@example.org", "password": [WRONG_PASSWORD]}),
        json!({"email": {"x": PASSWORD}, "password": PASSWORD}),
        json!({"email": "ann@example.org", "password": PASSWORD, WRONG_PASSWORD: 1}),
        json!(WRONG_PASSWORD),
    ] {
        walker.own(Method::POST, "/api/v1/session", body).await;
    }
    let encoded = |secret: &str| utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
    for secret in [&open, &portal, &key, &invitation, LOST_TOKEN, WRONG_PASSWORD] {
        let secret = encoded(secret);
        for path in [
            format!("/share/example.org?auth={secret}"),
            format!("/api/v1/share/example.org?auth={secret}"),
            format!("/portal/{secret}"),
            format!("/api/v1/portal/{secret}"),
            format!("/invitations/{secret}"),
            format!("/api/v1/invitations/{secret}"),
            format!("/api/v1/nothing/{secret}"),
            format!("/{secret}/{secret}?key={secret}#{secret}"),
            format!("{site}?api_key={secret}"),
            format!("/api/v1/sites/{secret}/query"),
        ] {
            walker.ask(&stranger, Method::GET, &path, None).await;
        }
    }
    for (scheme, secret) in [("Bearer", &key), ("Share", &open), ("Bearer", &open), ("Basic", &key)] {
        let with = stranger.with("authorization", &format!("{scheme} {secret}"));
        walker.ask(&with, Method::GET, "/api/v1/share/example.org", None).await;
        walker.ask(&with, Method::GET, &site, None).await;
        let query =
            json!({"metrics": ["visitors"], "date_range": "day", "filters": [["is", "event:page", [WRONG_PASSWORD]]]});
        walker
            .ask(&with, Method::POST, &format!("{site}/query"), Some(query))
            .await;
    }
    let visitor = stranger
        .with(
            "user-agent",
            "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        )
        .with("referer", &format!("https://example.org/reset?token={LOST_TOKEN}"));
    let url = format!(
        "https://example.org/login?password={}&token={LOST_TOKEN}",
        encoded(WRONG_PASSWORD)
    );
    let event = json!({"n": "pageview", "u": url, "d": "example.org", "r": url});
    walker.ask(&visitor, Method::POST, "/api/event", Some(event)).await;
    let forging = stranger.with("user-agent", "forged\u{9}{\"level\":\"ERROR\"}");
    walker
        .ask(&forging, Method::GET, "/%0d%0aforged%1b%5b31m?%0d%0aforged", None)
        .await;
    walker
        .ask(&forging, Method::from_bytes(b"FORGED77").unwrap(), "/healthz", None)
        .await;
    walker.walked
}

/// Fails when a text holds a secret, as it is or as forms, URLs and JSON write it.
pub fn assert_holds_none(what: &str, text: &[u8], secrets: &[String]) {
    for secret in secrets {
        let url = utf8_percent_encode(secret, NON_ALPHANUMERIC).to_string();
        let form = url::form_urlencoded::byte_serialize(secret.as_bytes()).collect::<String>();
        let json = json!(secret).to_string();
        let json = json.trim_matches('"').to_owned();
        for written in [secret, &url, &form, &url.to_lowercase(), &json] {
            let at = text
                .windows(written.len())
                .position(|window| window == written.as_bytes());
            if let Some(at) = at {
                let around = &text[at.saturating_sub(300)..(at + 100).min(text.len())];
                panic!("{what} holds {written}: {}", String::from_utf8_lossy(around));
            }
        }
    }
}

#[test]
fn a_secret_is_found_however_it_is_written() {
    let secrets = [LINK_PASSWORD.to_owned()];
    for text in [
        "a Pass wörd & 77 %/+ b",
        "?p=Pass%20w%C3%B6rd%20%26%2077%20%25%2F%2B",
        "?p=pass%20w%c3%b6rd%20%26%2077%20%25%2f%2b",
        "p=Pass+w%C3%B6rd+%26+77+%25%2F%2B",
    ] {
        let looked = std::panic::catch_unwind(|| assert_holds_none("it", text.as_bytes(), &secrets));
        assert!(looked.is_err(), "{text}");
    }
    assert_holds_none("it", b"Pass word", &secrets);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t77_no_log_line_holds_a_secret_however_much_is_logged() {
    let (program, folder) = (Program::new(), tempfile::tempdir().unwrap());
    let log = folder.path().join("log");
    let running = program.start_logged(&SETTINGS, &log).await;
    let walked = walk(&running.actor()).await;
    running.terminate().await;
    let text = std::fs::read(&log).unwrap();
    assert_holds_none("the log", &text, &walked.secrets);

    let mut told = HashMap::new();
    for line in String::from_utf8(text).unwrap().lines() {
        let line: Value =
            serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: a line that is none of ours: {line}"));
        let fields = &line["fields"];
        if fields["message"] == "request" {
            let id = fields["request_id"].as_str().unwrap().to_owned();
            assert!(fields["route"].is_string(), "{line}");
            told.insert(id, fields["status"].as_u64().unwrap() as u16);
        }
    }
    assert!(walked.answered.len() > 60, "{}", walked.answered.len());
    for (id, status) in &walked.answered {
        assert_eq!(told.get(id), Some(status), "{id} is told once, with its status");
    }
}

#[actix_web::test]
async fn t77_a_handler_that_panics_answers_500_and_the_worker_goes_on() {
    let app = TestApp::start().await;
    let state = Data::new(app.state.clone());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(state.clone())
            .wrap(from_fn(answer))
            .route(
                "/api/v1/panics",
                get().to(|| async {
                    let words = format!("the token is {LOST_TOKEN}");
                    if words.len() > 1 {
                        panic!("{words}");
                    }
                    HttpResponse::Ok().finish()
                }),
            )
            .route("/api/v1/works", get().to(HttpResponse::Ok))
    });
    let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
    let address = server.addrs()[0];
    let server = server.run();
    let handle = server.handle();
    let serving = actix_web::rt::spawn(server);
    let anyone = Actor::new(format!("http://{address}"));
    for _ in 0..5 {
        let panicked = anyone
            .get("/api/v1/panics")
            .await
            .expect_status(500)
            .expect_problem("internal");
        assert!(!panicked.text().contains(LOST_TOKEN), "{}", panicked.text());
        assert!(panicked.header("x-request-id").is_some());
        assert_eq!(panicked.header("x-content-type-options"), Some("nosniff"));
        anyone.get("/api/v1/works").await.expect_status(200);
    }
    let metrics = app.anonymous().get("/metrics").await.text();
    assert!(
        metrics.contains("route=\"/api/v1/panics\",status=\"500\"} 5"),
        "{metrics}"
    );
    handle.stop(true).await;
    tokio::time::timeout(Duration::from_secs(10), serving)
        .await
        .unwrap()
        .unwrap()
        .unwrap();
}
