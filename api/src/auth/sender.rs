//! Who sends an event: anyone, or a script with a key that may give an event its own time and address.

use super::caller::Credential;
use crate::api_keys;
use crate::api_keys::service::Calls;
use crate::error::{Error, Result};
use crate::sites::service;
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use shared::api_key::ApiScope;
use shared::ids::SiteId;
use shared::problem::ProblemCode;
use shared::site::Role;
use std::future::Future;
use std::pin::Pin;

/// A script with a key of scope `events:write`.
#[derive(Clone, Debug)]
pub struct TrustedSender {
    /// The account whose sites it may send for.
    pub account_id: String,
    /// The only site that it may send for, if the key is bound to one.
    pub site_id: Option<String>,
}

impl TrustedSender {
    /// True when the key's account owns the site and the key is not bound to another one.
    pub async fn may_send_for(&self, state: &State, site_id: &SiteId) -> Result<bool> {
        if self.site_id.as_ref().is_some_and(|bound| bound != site_id.as_str()) {
            return Ok(false);
        }
        let found = service::find_of(state, site_id.as_str(), &self.account_id).await?;
        Ok(found.is_some_and(|(_, role)| role == Role::Owner))
    }
}

/// The sender of an event. A wrong key is refused rather than taken for nobody.
#[derive(Clone, Debug)]
pub struct Sender(pub Option<TrustedSender>);

impl FromRequest for Sender {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().expect("the app has its state");
            let Credential::Bearer(secret) = Credential::of(&request) else {
                return Ok(Self(None));
            };
            let key = api_keys::service::authenticate(state, &secret, Calls::Counted).await?;
            if !key.scopes().contains(&ApiScope::EventsWrite) {
                return Err(Error::new(ProblemCode::Forbidden).detail("This key lacks the scope events:write"));
            }
            Ok(Self(Some(TrustedSender {
                account_id: key.account_id,
                site_id: key.site_id,
            })))
        })
    }
}
