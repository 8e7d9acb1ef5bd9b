//! `vitrine demo`: the real server on a folder that is thrown away, with an account, two sites, a year of made-up
//! visits and a share link for each.

use super::serve;
use crate::accounts::service::{self as accounts, AccountRow, sessions::Opened};
use crate::app::{self, StartError};
use crate::auth::browser::Browser;
use crate::auth::caller::Caller;
use crate::auth::signed_in::SignedIn;
use crate::config::{Config, RegistrationPolicy};
use crate::demo::{self, Profile};
use crate::error::{Error, chain};
use crate::kit::clock::Clock;
use crate::kit::ids::Ids;
use crate::kit::secret;
use crate::share_links;
use crate::sites::service::{self, zone_of};
use crate::state::State;
use shared::account::CreateAccount;
use shared::share_link::CreateShareLink;
use shared::site::CreateSite;
use std::path::Path;

const EMAIL: &str = "demo@vitrine.example";
/// Any number will do: the same one gives the same visits.
const SEED: u64 = 7;
const SITES: [(&str, &str, Profile); 2] = [
    ("north.example", "Europe/Berlin", Profile::product()),
    ("south.example", "America/Sao_Paulo", Profile::magazine()),
];

/// Fills a folder and serves it until a signal; then removes it. The sites have so many times the visits of small ones.
pub async fn demo(mut config: Config, times: i64) -> Result<(), StartError> {
    let folder = std::env::temp_dir().join(format!("vitrine-demo-{}", secret::text(8, &secret::BASE32)));
    config.data_dir.clone_from(&folder);
    config.database_url.clear();
    config.events_url.clear();
    config.registration = RegistrationPolicy::First;
    let served = fill_and_serve(config, times).await;
    remove(&folder);
    served
}

async fn fill_and_serve(config: Config, times: i64) -> Result<(), StartError> {
    let state = app::open(config, Clock::system(), Ids::random()).await?;
    let filled = fill(&state, times).await;
    let demo = filled.map_err(|error| StartError(format!("the demo can't be made: {}", chain(&error))))?;
    serve::run(state, |url| demo.text(url)).await
}

fn remove(folder: &Path) {
    if let Err(error) = std::fs::remove_dir_all(folder) {
        tracing::warn!(folder = %folder.display(), %error, "the demo's folder is left behind");
    }
}

/// What the person who started the demo is told.
struct Demo {
    password: String,
    /// Domain and token.
    links: Vec<(String, String)>,
}

impl Demo {
    fn text(&self, url: &str) -> String {
        let links = self.links.iter();
        let links = links.map(|(domain, token)| format!("  share link   {url}/share/{domain}?auth={token}\n"));
        let password = &self.password;
        format!(
            "\n  sign in at   {url}/login\n  e-mail       {EMAIL}\n  password     {password}\n{}\n",
            links.collect::<String>()
        )
    }
}

async fn fill(state: &State, times: i64) -> Result<Demo, Error> {
    let password = secret::text(16, &secret::BASE32);
    let owner = CreateAccount {
        email: EMAIL.to_owned(),
        password: password.clone(),
        name: "Demo".to_owned(),
        invitation: None,
    };
    let caller = caller_of(accounts::create(state, &Browser::none(), owner).await?.account);
    let mut links = Vec::new();
    for (domain, zone, profile) in SITES {
        let given = CreateSite {
            domain: domain.to_owned(),
            timezone: Some(zone.to_owned()),
            currency: None,
        };
        let site = service::create(state, &caller, given).await?;
        let made_up = demo::Site {
            id: site.id.clone(),
            domain: domain.to_owned(),
            zone: zone_of(zone),
            profile: Profile {
                visits_a_day: profile.visits_a_day * times,
                ..profile
            },
        };
        tracing::info!(domain, "making up a year of visits");
        let events = demo::fill(&state.events, &made_up, SEED, state.clock.now()).await?;
        tracing::info!(domain, events, "made up a year of visits");
        let row = service::find_of(state, site.id.as_str(), caller.account_id()).await?;
        let (row, _) = row.ok_or_else(|| Error::internal("the site that was just made is gone"))?;
        let name = CreateShareLink {
            name: "Demo".to_owned(),
            ..CreateShareLink::default()
        };
        let link = share_links::service::create(state, "", &caller, &row, name, None).await?;
        links.push((domain.to_owned(), link.token));
    }
    Ok(Demo { password, links })
}

/// The owner, as if signed in: nobody else can call before the server listens.
fn caller_of(account: AccountRow) -> Caller {
    Caller::Person(SignedIn(Opened {
        account,
        session_id: String::new(),
    }))
}
