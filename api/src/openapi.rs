//! The API document: its head, its keys to the door, and the problems that many operations share.

use shared::health::UptimePeriod;
use shared::import::LogFormat;
use shared::problem::Problem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{IntoResponses, Modify, OpenApi};

/// 401 and 403.
#[derive(IntoResponses)]
pub enum Denied {
    /// No valid key (`unauthenticated`, `invalid_password`, `second_factor_required`, `invalid_code`), or a protected link
    /// (`password_required`).
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthenticated(Problem),
    /// A valid key that may not do this, or a request from another site's page (`forbidden`).
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem),
}

/// 401 of a recipient's call.
#[derive(IntoResponses)]
pub enum Locked {
    /// The link asks for a password (`password_required`), or the password is wrong (`invalid_password`).
    #[response(status = 401, content_type = "application/problem+json")]
    PasswordRequired(Problem),
}

/// 404.
#[derive(IntoResponses)]
pub enum Missing {
    /// It does not exist, or belongs to someone else (`not_found`, `link_not_found`, `portal_not_found`,
    /// `invitation_not_found`).
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(Problem),
}

/// 409.
#[derive(IntoResponses)]
pub enum Conflict {
    /// The state of things does not allow it (`conflict`, `name_taken`, `limit_reached`, `segment_in_use`).
    #[response(status = 409, content_type = "application/problem+json")]
    Conflict(Problem),
}

/// What a wrong body answers.
#[derive(IntoResponses)]
pub enum BadInput {
    /// The body is not JSON (`bad_json`), or did not arrive (`bad_request`).
    #[response(status = 400, content_type = "application/problem+json")]
    BadJson(Problem),
    /// The body took too long to arrive; the connection ends (`request_timeout`).
    #[response(status = 408, content_type = "application/problem+json")]
    RequestTimeout(Problem),
    /// The body is over 64 KiB (`too_large`).
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(Problem),
    /// The body is not `application/json`, or encoded (`unsupported_media_type`).
    #[response(status = 415, content_type = "application/problem+json")]
    UnsupportedMediaType(Problem),
    /// Fields are wrong; `errors` points at them (`invalid`, `name_reserved`).
    #[response(status = 422, content_type = "application/problem+json")]
    Invalid(Problem),
}

/// What every call can answer.
#[derive(IntoResponses)]
pub enum Limited {
    /// Too many requests; `Retry-After` says when to come back (`rate_limited`).
    #[response(status = 429, content_type = "application/problem+json")]
    RateLimited(Problem),
    /// Our fault; quote `request_id` (`internal`).
    #[response(status = 500, content_type = "application/problem+json")]
    Internal(Problem),
    /// The server can't take this now; `Retry-After` says when to come back (`unavailable`, `storage_full`, `query_timeout`).
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem),
}

/// The head of the document.
#[derive(Debug, OpenApi)]
#[openapi(
    info(
        title = "Vitrine",
        description = "Show a site's traffic and health to people without an account. Instants are RFC 3339 in UTC; errors are problem documents (RFC 9457).",
        license(name = "AGPL-3.0-or-later", identifier = "AGPL-3.0-or-later")
    ),
    servers((url = "/", description = "This server")),
    security(("session" = []), ("api_key" = [])),
    tags(
        (name = "accounts", description = "Sign up, sign in, leave"),
        (name = "sites", description = "Sites whose visits are collected"),
        (name = "members", description = "Who may see a site, and who owns it"),
        (name = "share links", description = "Read-only access to one site for people without an account"),
        (name = "portals", description = "Client portals: the health of sites for people without an account"),
        (name = "branding", description = "How portals look, and the domain of their own under which they answer"),
        (name = "shields", description = "What a site does not count, and how much was left out"),
        (name = "health", description = "Whether a site is up, and how well it does"),
        (name = "notices", description = "Who is told when an incident opens and closes"),
        (name = "segments", description = "Named sets of filters of a site"),
        (name = "reports", description = "Statistics"),
        (name = "api keys", description = "Keys for scripts"),
        (name = "events", description = "Collecting"),
        (name = "operations", description = "For whoever runs the server")
    ),
    // Named by parameters only, from where they are not collected.
    components(schemas(LogFormat, UptimePeriod)),
    modifiers(&Keys)
)]
pub struct ApiDoc;

struct Keys;

impl Modify for Keys {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let components = document.components.get_or_insert_default();
        let session =
            ApiKeyValue::with_description("vitrine", "A person's session; writes also need our own `Origin`.");
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, `vk_…`."))
            .build();
        let share = "A recipient's share token or grant: `Share <token>`; a token on reads also as `?auth=<token>`.";
        let share = ApiKeyValue::with_description("Authorization", share);
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
        components.add_security_scheme("api_key", SecurityScheme::Http(key));
        components.add_security_scheme("share_token", SecurityScheme::ApiKey(ApiKey::Header(share)));
    }
}
