//! Mail: confirming an address, what a mail holds, and mail servers of every kind.

use crate::notices::{World, code_in, settings};
use crate::support::peers::tls::{Authority, params};
use crate::support::peers::{Dns, Smtp};
use crate::support::{Actor, Answer, TestApp};
use api::config::{MailTls, RegistrationPolicy};
use reqwest::Method;
use serde_json::{Value, json};

const YEARS: i64 = 10 * 365 * 86_400;

impl World {
    async fn add_address(&self, address: &str) -> Answer {
        let body = json!({"kind": "mail", "address": address});
        self.owner.post(&self.path("notice-channels"), body).await
    }

    async fn confirm(&self, id: &str, code: &str) -> Answer {
        let path = self.path(&format!("notice-channels/{id}/confirm"));
        self.owner.post(&path, json!({"code": code})).await
    }

    async fn send_code(&self, id: &str) -> Answer {
        let path = self.path(&format!("notice-channels/{id}/code"));
        self.owner.send(Method::POST, &path, None).await
    }
}

fn id(made: &Value) -> String {
    made["id"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_address_is_told_nothing_before_its_code_comes_back() {
    let world = World::start().await;
    let made = world.add_address(" Team@B.example ").await.expect_status(201).json();
    let told = json!([made["address"], made["confirmed"], made["silent_because"]]);
    assert_eq!(told, json!(["team@b.example", false, "unconfirmed"]));
    world.wait(0).await;
    let mails = world.smtp.mails();
    assert_eq!(mails.len(), 1);
    let (text, code) = (mails[0].text(), code_in(&mails[0].text()));
    assert!(
        text.contains("The owner of a.example would like to send notices"),
        "{text}"
    );
    // What people write themselves stands in no mail to strangers.
    assert!(!text.contains("Ann Owner"), "{text}");
    world.watch().await;
    world.goes_down().await;
    assert_eq!(world.smtp.mails().len(), 1);
    let test = world.path(&format!("notice-channels/{}/test", id(&made)));
    world.owner.send(Method::POST, &test, None).await.expect_status(409);

    // Five wrong codes end it, the right one too then.
    for n in 0..5 {
        let wrong = world
            .confirm(&id(&made), &format!("0000-000{n}"))
            .await
            .expect_status(422);
        assert_eq!(wrong.json()["errors"][0]["code"], "invalid_code");
    }
    world
        .confirm(&id(&made), &code)
        .await
        .expect_status(409)
        .expect_problem("conflict");
    world.send_code(&id(&made)).await.expect_status(202);
    world.wait(0).await;
    let second = code_in(&world.smtp.mails()[1].text());
    assert_ne!(code, second);
    world.confirm(&id(&made), &code).await.expect_status(422);
    // It is over after a day.
    world.app.step(86_400);
    world.confirm(&id(&made), &second).await.expect_status(409);
    world.send_code(&id(&made)).await.expect_status(202);
    world.wait(0).await;
    let third = code_in(&world.smtp.mails()[2].text());
    let typed = format!(" {} ", third.to_uppercase().replace('-', " "));
    let confirmed = world.confirm(&id(&made), &typed).await.expect_status(200).json();
    assert_eq!(
        json!([confirmed["confirmed"], confirmed["silent_because"]]),
        json!([true, null])
    );
    world.confirm(&id(&made), &third).await.expect_status(409);
    world.send_code(&id(&made)).await.expect_status(409);
    // The incident that opened before is not its matter; the next one is.
    world.comes_up().await;
    assert_eq!(world.smtp.mails().len(), 3);
    world.goes_down().await;
    assert_eq!(world.smtp.mails().len(), 4);
}

#[tokio::test]
async fn codes_are_sent_three_times_a_day_to_an_address_and_ten_times_an_hour_by_an_account() {
    let world = World::start().await;
    let made = world.add_address("victim@b.example").await.expect_status(201).json();
    for _ in 0..2 {
        world.send_code(&id(&made)).await.expect_status(202);
    }
    let refused = world.send_code(&id(&made)).await.expect_status(429);
    assert_eq!(refused.header("retry-after"), Some("86400"));
    // Whoever deletes it and begins anew, or comes with another account, gets no further.
    world
        .owner
        .delete(&world.path(&format!("notice-channels/{}", id(&made))))
        .await
        .expect_status(204);
    world.add_address("victim@b.example").await.expect_status(429);
    let (other, site_id) = world.app.owner_of("other.example").await;
    let channels = format!("/api/v1/sites/{site_id}/notice-channels");
    let body = json!({"kind": "mail", "address": "victim@b.example"});
    other.post(&channels, body).await.expect_status(429);
    world.wait(0).await;
    assert!(world.smtp.mails().len() <= 3, "{:?}", world.smtp.mails());
    for n in 0..9 {
        let body = json!({"kind": "mail", "address": format!("a{n}@b.example")});
        other.post(&channels, body).await.expect_status(201);
    }
    let body = json!({"kind": "mail", "address": "more@b.example"});
    other.post(&channels, body).await.expect_status(429);
}

#[tokio::test]
async fn an_address_is_confirmed_once_for_all_sites_of_an_account() {
    let world = World::start().await;
    world.address("team@b.example").await;
    let second = world.owner.add_site("second.example").await;
    let channels = format!("/api/v1/sites/{second}/notice-channels");
    let body = json!({"kind": "mail", "address": "team@b.example"});
    let made = world
        .owner
        .post(&channels, body.clone())
        .await
        .expect_status(201)
        .json();
    assert_eq!(made["confirmed"], true);
    let (other, site_id) = world.app.owner_of("other.example").await;
    let made = other
        .post(&format!("/api/v1/sites/{site_id}/notice-channels"), body)
        .await;
    assert_eq!(made.expect_status(201).json()["confirmed"], false);
}

#[tokio::test]
async fn ones_own_address_needs_a_code_too() {
    let world = World::start().await;
    let made = world.add_address("owner@a.example").await.expect_status(201).json();
    assert_eq!(made["confirmed"], false);
    world.watch().await;
    world.goes_down().await;
    let mails = world.smtp.mails();
    assert_eq!(mails.len(), 1, "the code, and nothing of the incident");
    code_in(&mails[0].text());
}

#[tokio::test]
async fn without_a_mail_server_the_api_says_so() {
    let dns = Dns::start().await;
    let app = crate::monitors::start(&dns).await;
    let (owner, site_id) = app.owner_of("a.example").await;
    let channels = format!("/api/v1/sites/{site_id}/notice-channels");
    let listed = owner.get(&channels).await.expect_status(200).json();
    assert_eq!(listed["mail_available"], false);
    let body = json!({"kind": "mail", "address": "team@b.example"});
    let refused = owner
        .post(&channels, body)
        .await
        .expect_status(409)
        .expect_problem("conflict");
    assert!(refused.text().contains("sends no mail"), "{}", refused.text());
}

#[tokio::test]
async fn a_channel_says_so_when_the_mail_server_is_taken_away() {
    let mut world = World::start().await;
    let mail = world.address("team@b.example").await;
    let usual = settings(&world.dns, &world.smtp);
    let without = |config: &mut api::config::Config| {
        usual(config);
        config.mail.host = String::new();
    };
    world.app = world.app.restart_with(without).await;
    world.owner = world.app.anonymous();
    world.owner.sign_in("owner@a.example").await.expect_status(200);
    let channel = world
        .owner
        .get(&world.path(&format!("notice-channels/{mail}")))
        .await
        .json();
    assert_eq!(channel["silent_because"], "mail_off");
    world.watch().await;
    world.goes_down().await;
    let waiting = &world.deliveries("").await[0];
    assert_eq!(
        json!([waiting["state"], waiting["reason"]]),
        json!(["waiting", "mail_off"])
    );
}

#[tokio::test]
async fn a_mail_has_its_headers_and_nothing_from_elsewhere() {
    let world = World::start().await;
    world.address("team@b.example").await;
    world.watch().await;
    world.goes_down().await;
    let mail = world.smtp.mails().pop().unwrap();
    assert_eq!(
        (mail.from.as_str(), mail.to.as_slice()),
        ("notices@sender.example", &["team@b.example".to_owned()][..])
    );
    let mut names = mail.header_names();
    names.sort();
    let expected = [
        "auto-submitted",
        "content-type",
        "date",
        "from",
        "message-id",
        "mime-version",
        "subject",
        "to",
    ];
    assert_eq!(names, expected);
    assert_eq!(mail.header("from").unwrap(), "Vitrine <notices@sender.example>");
    assert_eq!(mail.header("date").unwrap(), "Tue, 10 Mar 2026 12:02:20 +0000");
    assert!(
        mail.header("content-type")
            .unwrap()
            .starts_with("multipart/alternative")
    );
    let text = mail.text();
    for remote in ["<img", "<link", "<script", "<style", "src=", "http:"] {
        assert!(!text.contains(remote), "{remote}: {text}");
    }
}

#[tokio::test]
async fn mails_carry_the_companys_name_when_its_owner_wants_it() {
    let world = World::start().await;
    world.address("team@b.example").await;
    let confirmation = world.smtp.mails().pop().unwrap();
    world.watch().await;
    let given = json!({"company_name": "Agency, \"AG\" <x@y.example>", "on_mails": true});
    world.owner.put("/api/v1/branding", given).await.expect_status(200);
    world.goes_down().await;
    let mail = world.smtp.mails().pop().unwrap();
    let from = mail.header("from").unwrap();
    // What could be taken for an address is no part of one: base64 of `Agency, "AG" <x@y.example>`.
    let name = "=?utf-8?b?QWdlbmN5LCAiQUciIDx4QHkuZXhhbXBsZT4=?=";
    assert_eq!(from, format!("{name} <notices@sender.example>"));
    assert_eq!(mail.from, "notices@sender.example");
    assert_eq!(confirmation.header("from").unwrap(), "Vitrine <notices@sender.example>");
}

#[tokio::test]
async fn nothing_that_people_give_adds_a_header_or_a_recipient() {
    let world = World::start().await;
    for address in [
        "a@b.example\r\nBcc: c@d.example",
        "a@b.example\nRCPT TO:<c@d.example>",
        "a@b.example, c@d.example",
        "a@b.example>\r\nDATA",
        "\"a\r\nb\"@b.example",
        "Team <a@b.example>",
        "a@b.example\u{0}",
    ] {
        world
            .add_address(address)
            .await
            .expect_status(422)
            .expect_pointers(&["/address"]);
    }
    // A domain that no validation of ours would let in, as a later import or an older row might have it.
    world.address("team@b.example").await;
    let sql = format!(
        "UPDATE sites SET domain = 'a.example\r\nBcc: c@d.example\r\n\r\n<b>x' WHERE id = '{}'",
        world.site_id
    );
    world.app.execute(&sql).await;
    world.watch().await;
    world.goes_down().await;
    let mail = world.smtp.mails().pop().unwrap();
    assert_eq!(mail.to, ["team@b.example"]);
    assert!(!mail.header_names().contains(&"bcc".to_owned()), "{}", mail.data);
    assert!(
        mail.header("subject").unwrap().contains("Bcc: c@d.example"),
        "{}",
        mail.data
    );
    assert!(mail.text().contains("&lt;b&gt;x"), "{}", mail.data);
    let recipients = world.smtp.said().iter().filter(|line| line.starts_with("RCPT")).count();
    assert_eq!(recipients, world.smtp.mails().len());
}

#[tokio::test]
async fn a_mail_server_that_refuses_for_good_ends_it_and_one_that_does_not_is_asked_again() {
    let world = World::start().await;
    let mail = world.address("team@b.example").await;
    let test = world.path(&format!("notice-channels/{mail}/test"));
    for (command, answer, state, reason, status) in [
        ("RCPT", "550 5.1.1 no such user", "failed", "mail_refused", 550),
        ("RCPT", "450 4.2.0 greylisted", "waiting", "mail_put_off", 450),
        (
            "MAIL",
            "530 5.7.0 authentication required",
            "waiting",
            "mail_put_off",
            530,
        ),
        ("DATA", "554 5.7.1 looks like spam", "waiting", "mail_put_off", 554),
        (".", "451 4.3.0 try later", "waiting", "mail_put_off", 451),
    ] {
        world.app.step(60);
        world.smtp.answer(command, answer);
        world.owner.send(Method::POST, &test, None).await.expect_status(202);
        api::notices::settle(&world.app.state).await.unwrap();
        let left = &world.deliveries("").await[0];
        let told = json!([left["state"], left["reason"], left["status"]]);
        assert_eq!(told, json!([state, reason, status]), "{answer}");
        world.smtp.answer(command, "");
    }
    let before = world.smtp.mails().len();
    world.wait(3600).await;
    assert_eq!(world.smtp.mails().len(), before + 4);
}

/// An app that sends by a server with a certificate, and an owner.
async fn app_with(smtp: &Smtp, host: &str, tls: MailTls, trusted: &str) -> (TestApp, Actor, String) {
    let dns = Dns::start().await;
    let file = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(file.path(), trusted).unwrap();
    let usual = settings(&dns, smtp);
    let (host, path) = (host.to_owned(), file.path().to_owned());
    let app = TestApp::start_with(move |config| {
        usual(config);
        config.registration = RegistrationPolicy::First;
        config.mail.host = host;
        config.mail.tls = tls;
        config.mail.user = "vitrine".to_owned();
        config.mail.password = "hunter2".to_owned();
        config.mail.ca_file = path;
    })
    .await;
    let (owner, site_id) = app.owner_of("a.example").await;
    (app, owner, site_id)
}

/// Has a code sent; how the delivery stands.
async fn try_mail(app: &TestApp, owner: &Actor, site_id: &str) -> Value {
    let channels = format!("/api/v1/sites/{site_id}/notice-channels");
    let body = json!({"kind": "mail", "address": "owner@a.example"});
    owner.add(&channels, body).await;
    api::notices::settle(&app.state).await.unwrap();
    let listed = owner
        .get(&format!("/api/v1/sites/{site_id}/notice-deliveries"))
        .await
        .json();
    json!([listed["data"][0]["state"], listed["data"][0]["reason"]])
}

#[tokio::test]
async fn mail_goes_encrypted_or_not_at_all() {
    let root = Authority::root("Root");
    let identity = || root.issue(&params(&["localhost"], -YEARS, YEARS));
    let other = Authority::root("Other");
    for (at_once, tls) in [(true, MailTls::Tls), (false, MailTls::Starttls)] {
        let smtp = Smtp::start_tls(identity(), at_once).await;
        let (app, owner, site_id) = app_with(&smtp, "localhost", tls, &root.pem()).await;
        assert_eq!(
            try_mail(&app, &owner, &site_id).await,
            json!(["delivered", null]),
            "{tls:?}"
        );
        assert_eq!(smtp.mails().len(), 1);
        let signed_in = smtp.said().iter().any(|line| line.starts_with("AUTH PLAIN "));
        assert!(signed_in, "{:?}", smtp.said());
        // Somebody else's certificate.
        let smtp = Smtp::start_tls(identity(), at_once).await;
        let (app, owner, site_id) = app_with(&smtp, "localhost", tls, &other.pem()).await;
        let refused = try_mail(&app, &owner, &site_id).await;
        assert_eq!(
            (refused[0].as_str(), smtp.mails().len()),
            (Some("waiting"), 0),
            "{refused}"
        );
        assert!(
            !smtp.said().iter().any(|line| line.starts_with("AUTH")),
            "{:?}",
            smtp.said()
        );
    }
    // A server that speaks plain text alone is told nothing.
    let smtp = Smtp::start().await;
    let (app, owner, site_id) = app_with(&smtp, "localhost", MailTls::Starttls, &root.pem()).await;
    assert_eq!(try_mail(&app, &owner, &site_id).await[0], "waiting");
    assert!(smtp.mails().is_empty());
    assert!(
        !smtp
            .said()
            .iter()
            .any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")),
        "{:?}",
        smtp.said()
    );
}

#[tokio::test]
async fn a_mail_server_that_is_away_is_tried_again() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = closed.local_addr().unwrap().port();
    drop(closed);
    let away = TestApp::start_with(move |config| {
        config.registration = RegistrationPolicy::First;
        config.mail.host = "127.0.0.1".to_owned();
        config.mail.port = port;
        config.mail.tls = MailTls::None;
        config.mail.from = "notices@sender.example".to_owned();
    })
    .await;
    let (owner, site_id) = away.owner_of("a.example").await;
    assert_eq!(
        try_mail(&away, &owner, &site_id).await,
        json!(["waiting", "no_connection"])
    );
}
