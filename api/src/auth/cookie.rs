//! The session cookie.

use crate::accounts::service::sessions::SESSION_DAYS;
use crate::state::State;
use actix_web::HttpRequest;
use actix_web::cookie::time::Duration;
use actix_web::cookie::{Cookie, SameSite};

/// The name: `__Host-` binds the cookie to this host and to TLS, so it needs https.
fn name(state: &State) -> &'static str {
    if state.config.is_https() {
        "__Host-vitrine"
    } else {
        "vitrine"
    }
}

/// The cookie of a new session.
pub fn session(state: &State, secret: &str) -> Cookie<'static> {
    Cookie::build(name(state), secret.to_owned())
        .path("/")
        .http_only(true)
        .secure(state.config.is_https())
        .same_site(SameSite::Lax)
        .max_age(Duration::days(SESSION_DAYS))
        .finish()
}

/// The cookie that removes the session's.
pub fn removal(state: &State) -> Cookie<'static> {
    let mut cookie = session(state, "");
    cookie.make_removal();
    cookie
}

/// The session's secret in a request.
pub fn read(state: &State, request: &HttpRequest) -> Option<String> {
    let cookie = request.cookie(name(state))?;
    let value = cookie.value();
    (!value.is_empty() && value.len() <= 64).then(|| value.to_owned())
}
