//! The extractor of handlers that concern an account as a whole: its list of sites.

use super::caller::Caller;
use super::rights::Needs;
use crate::error::{Error, Result};
use crate::state::State;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest, web};
use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;

/// A caller who may do what `R` says on the account's own things.
#[derive(Clone, Debug)]
pub struct AccountAccess<R> {
    /// Who calls.
    pub caller: Caller,
    right: PhantomData<R>,
}

impl<R: Needs + 'static> FromRequest for AccountAccess<R> {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let state = request.app_data::<web::Data<State>>().expect("the app has its state");
            let caller = Caller::of(state, &request, &R::RIGHT).await?;
            Ok(Self {
                caller,
                right: PhantomData,
            })
        })
    }
}
