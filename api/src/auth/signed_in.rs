//! Handlers that only a signed-in person may call: no key, no token.

use super::caller::{Caller, Credential};
use super::cookie;
use super::origin::check_cookie_write;
use crate::accounts::service::sessions::{self, Opened};
use crate::api_keys;
use crate::api_keys::service::Calls;
use crate::error::{Error, Result};
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::problem::ProblemCode;
use std::future::Future;
use std::ops::Deref;
use std::pin::Pin;

/// A person with a live session.
#[derive(Clone, Debug)]
pub struct SignedIn(pub Opened);

impl Deref for SignedIn {
    type Target = Opened;

    fn deref(&self) -> &Opened {
        &self.0
    }
}

impl SignedIn {
    /// Looks the session up.
    pub async fn of(state: &State, request: &HttpRequest) -> Result<Self> {
        // A request that brings another key means that key, and such keys don't open these doors.
        match Credential::of(request) {
            Credential::None => {}
            Credential::Bearer(secret) => {
                let key = api_keys::service::authenticate(state, &secret, Calls::Counted).await?;
                Caller::Key(key).person()?;
            }
            Credential::Share(_) if !request.method().is_safe() => return Err(ProblemCode::Forbidden.into()),
            Credential::Share(_) | Credential::Malformed => return Err(ProblemCode::Unauthenticated.into()),
        }
        let session = cookie::read(state, request).ok_or(ProblemCode::Unauthenticated)?;
        // First, because opening a session notes its use: another site's page changes nothing, not even that.
        check_cookie_write(state, request)?;
        let opened = sessions::open(state, &session)
            .await?
            .ok_or(ProblemCode::Unauthenticated)?;
        Ok(Self(opened))
    }
}

impl FromRequest for SignedIn {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().expect("the app has its state");
            Self::of(state, &request).await
        })
    }
}
