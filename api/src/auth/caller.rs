//! Someone with an account behind them: a person with a session or a script with a key.

use super::rights::Right;
use super::signed_in::SignedIn;
use crate::api_keys;
use crate::api_keys::service::{ApiKeyRow, Calls};
use crate::audit::Actor;
use crate::error::{Error, Result};
use crate::state::State;
use actix_web::HttpRequest;
use actix_web::http::header::AUTHORIZATION;
use shared::api_key::ApiScope;
use shared::problem::ProblemCode;

/// Who calls on behalf of an account.
#[derive(Clone, Debug)]
pub enum Caller {
    /// A signed-in person.
    Person(SignedIn),
    /// A script.
    Key(ApiKeyRow),
}

/// What the `Authorization` header holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// No header.
    None,
    /// `Bearer …`.
    Bearer(String),
    /// `Share …`.
    Share(String),
    /// Anything else, also two headers.
    Malformed,
}

impl Credential {
    /// Reads the header.
    pub fn of(request: &HttpRequest) -> Self {
        let mut headers = request.headers().get_all(AUTHORIZATION);
        let Some(header) = headers.next() else {
            return Credential::None;
        };
        let parts = header.to_str().ok().and_then(|text| text.split_once(' '));
        match (parts, headers.next()) {
            (Some((scheme, key)), None) if scheme.eq_ignore_ascii_case("bearer") => {
                Credential::Bearer(key.trim().to_owned())
            }
            (Some((scheme, token)), None) if scheme.eq_ignore_ascii_case("share") => {
                Credential::Share(token.trim().to_owned())
            }
            _ => Credential::Malformed,
        }
    }
}

impl Caller {
    /// Who calls, if the right allows a key of that scope.
    pub async fn of(state: &State, request: &HttpRequest, right: &Right) -> Result<Self> {
        Self::let_in(state, request, right, Calls::Counted).await
    }

    /// The same; `calls` says whether it counts as a call of a key.
    pub async fn let_in(state: &State, request: &HttpRequest, right: &Right, calls: Calls) -> Result<Self> {
        match Credential::of(request) {
            Credential::None => Ok(Caller::Person(SignedIn::of(state, request).await?)),
            Credential::Bearer(secret) => {
                let key = api_keys::service::authenticate(state, &secret, calls).await?;
                if !key.scopes().contains(&right.scope) {
                    let detail = format!("This key lacks the scope {}", right.scope.as_str());
                    return Err(Error::new(ProblemCode::Forbidden).detail(detail));
                }
                Ok(Caller::Key(key))
            }
            // A recipient learns nothing about what else there is, and changes nothing.
            Credential::Share(_) if request.method().is_safe() => Err(ProblemCode::NotFound.into()),
            Credential::Share(_) => Err(ProblemCode::Forbidden.into()),
            Credential::Malformed => Err(ProblemCode::Unauthenticated.into()),
        }
    }

    /// True for a person, and for a key of that scope.
    pub fn may(&self, scope: ApiScope) -> bool {
        match self {
            Caller::Person(_) => true,
            Caller::Key(key) => key.scopes().contains(&scope),
        }
    }

    /// Refuses a key without `links:read` where the answer tells a token that was there before.
    pub fn may_read_tokens(&self) -> Result<()> {
        match self.may(ApiScope::LinksRead) {
            true => Ok(()),
            false => {
                let detail = "The answer tells a token that was there before: this key lacks the scope links:read";
                Err(Error::new(ProblemCode::Forbidden).detail(detail))
            }
        }
    }

    /// The account behind the caller.
    pub fn account_id(&self) -> &str {
        match self {
            Caller::Person(person) => &person.account.id,
            Caller::Key(key) => &key.account_id,
        }
    }

    /// The person who calls; a key is refused, as where only people may act.
    pub fn person(&self) -> Result<&SignedIn> {
        match self {
            Caller::Person(person) => Ok(person),
            Caller::Key(_) => Err(Error::new(ProblemCode::Forbidden).detail("Only a signed-in person may do that")),
        }
    }

    /// Refuses a key that is bound to one site: what it asks for is the whole account's.
    pub fn whole_account(&self) -> Result<()> {
        match self.bound_site_id() {
            None => Ok(()),
            Some(_) => Err(Error::new(ProblemCode::Forbidden).detail("This key is bound to one site")),
        }
    }

    /// The only site that the caller's key reaches, if it is bound to one.
    pub fn bound_site_id(&self) -> Option<&str> {
        match self {
            Caller::Person(_) => None,
            Caller::Key(key) => key.site_id.as_deref(),
        }
    }

    /// The caller, for the audit log.
    pub fn actor(&self) -> Actor<'_> {
        match self {
            Caller::Person(person) => Actor::account(&person.account.id),
            Caller::Key(key) => Actor::api_key(&key.account_id, &key.id),
        }
    }
}
