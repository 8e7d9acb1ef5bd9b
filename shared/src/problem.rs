//! Errors on the wire: RFC 9457 problem documents, and the one table of their codes.

use serde::{Deserialize, Serialize};

/// The body of every 4xx and 5xx answer of the API, `application/problem+json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A reference that names the kind of problem, `/problems/<code>`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The kind of problem in a few words, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// The kind of problem, for programs.
    pub code: ProblemCode,
    /// What went wrong this time and what to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// The path of the request, without its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instance: Option<String>,
    /// Quote this to the server's operator; it is in the logs and in the `X-Request-Id` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    /// One entry a wrong field.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
}

/// One wrong field of a request body.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// Where it is: a JSON pointer into the body (RFC 6901), or `?name` for a query parameter.
    pub pointer: String,
    /// What is wrong, for programs: `required`, `too_long`, `unknown_field`, …
    pub code: String,
    /// What is wrong, for people.
    pub detail: String,
}

impl FieldError {
    /// A wrong field at `pointer`.
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        }
    }
}

macro_rules! problem_codes {
    ($($(#[$doc:meta])* $variant:ident = $slug:literal, $status:literal, $title:literal;)*) => {
        /// Every kind of problem that the API answers with.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ProblemCode {
            $($(#[$doc])* #[serde(rename = $slug)] $variant,)*
        }

        impl ProblemCode {
            /// Every code, in the order of the table.
            pub const ALL: &[ProblemCode] = &[$(ProblemCode::$variant,)*];

            /// The code as it stands in `code` and in `type`.
            pub const fn slug(self) -> &'static str {
                match self { $(ProblemCode::$variant => $slug,)* }
            }

            /// The HTTP status that goes with the code.
            pub const fn status(self) -> u16 {
                match self { $(ProblemCode::$variant => $status,)* }
            }

            /// The fixed title.
            pub const fn title(self) -> &'static str {
                match self { $(ProblemCode::$variant => $title,)* }
            }
        }
    };
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ProblemCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        crate::schema::words("kind of problem", Self::ALL.iter().map(|code| code.slug()))
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ProblemCode {}

problem_codes! {
    /// The body is not JSON.
    BadJson = "bad_json", 400, "The body is not valid JSON";
    /// The request can't be understood at the level of HTTP.
    BadRequest = "bad_request", 400, "The request can't be understood";
    /// No valid key to the door.
    Unauthenticated = "unauthenticated", 401, "Sign in or send a valid key";
    /// The link is protected: unlock it first.
    PasswordRequired = "password_required", 401, "This share link asks for a password";
    /// Wrong e-mail or password.
    InvalidPassword = "invalid_password", 401, "Incorrect password";
    /// The password is right, and the account asks for a code too.
    SecondFactorRequired = "second_factor_required", 401, "Enter the code of your authenticator";
    /// The code of the second factor is wrong, over or used.
    InvalidCode = "invalid_code", 401, "Incorrect code";
    /// The key is valid and may not do this.
    Forbidden = "forbidden", 403, "This key may not do that";
    /// Nothing here, or nothing of yours.
    NotFound = "not_found", 404, "Not found";
    /// Unknown, malformed, foreign or revoked token: always this.
    LinkNotFound = "link_not_found", 404, "Share link not found or has been revoked";
    /// Unknown, malformed, replaced or revoked token of a portal, or one that is turned off: always this.
    PortalNotFound = "portal_not_found", 404, "Portal not found or has been revoked";
    /// Unknown, malformed, expired, used or withdrawn invitation, or someone else's: always this.
    InvitationNotFound = "invitation_not_found", 404, "Invitation not found or no longer valid";
    /// The path exists, the method does not.
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed";
    /// The body did not arrive in time.
    RequestTimeout = "request_timeout", 408, "The request took too long to arrive";
    /// The state of the thing does not allow it.
    Conflict = "conflict", 409, "This conflicts with what is there";
    /// The name is in use.
    NameTaken = "name_taken", 409, "The name is taken";
    /// A share link is bound to the segment.
    SegmentInUse = "segment_in_use", 409, "The segment is in use";
    /// No slot is free.
    LimitReached = "limit_reached", 409, "The limit is reached";
    /// The name of the request's host is none of this server's.
    Misdirected = "misdirected", 421, "This server does not answer under this name";
    /// The body is over the cap.
    TooLarge = "too_large", 413, "The body is too large";
    /// The address is over the cap.
    UriTooLong = "uri_too_long", 414, "The address is too long";
    /// The content type or encoding is not taken.
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type";
    /// One or more fields are wrong; see `errors`.
    Invalid = "invalid", 422, "The request has invalid fields";
    /// The link name is reserved.
    NameReserved = "name_reserved", 422, "This name is reserved. Please choose another one";
    /// Too many requests; see `Retry-After`.
    RateLimited = "rate_limited", 429, "Too many requests";
    /// The headers are over the cap.
    HeadersTooLarge = "headers_too_large", 431, "The headers are too large";
    /// Our fault; the cause is in the server's log under the request id.
    Internal = "internal", 500, "Something went wrong on the server";
    /// The server can't take this now; see `Retry-After`.
    Unavailable = "unavailable", 503, "The server can't take this request now";
    /// The data folder's disk is full or not writable; see `Retry-After`.
    StorageFull = "storage_full", 503, "The server can't store anything now";
    /// The query took too long and was stopped.
    QueryTimeout = "query_timeout", 503, "The query took too long";
}
