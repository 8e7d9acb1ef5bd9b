//! Notices: who is told when an incident opens and closes, by which way, and what became of it.

use crate::ids::{NoticeChannelId, NoticeId, SiteId};
use crate::monitor::Incident;
use crate::patch::Patch;
use crate::words::words;
use serde::{Deserialize, Serialize};

/// A way to tell someone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A mail to one address.
    Mail,
    /// A signed POST to a URL, by the Standard Webhooks specification.
    Webhook,
}

/// Why a channel tells nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Silence {
    /// The address was not confirmed with the code that was sent to it.
    Unconfirmed,
    /// The owner has turned it off.
    Off,
    /// The receiver answered 410: it wants nothing more. Turn the channel on to try again.
    Gone,
    /// The server's operator has set up no mail server.
    MailOff,
}

/// A channel by which a site's notices go out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeChannel {
    /// The channel's id.
    pub id: NoticeChannelId,
    /// How it tells.
    pub kind: ChannelKind,
    /// The mail address; null for a webhook.
    pub address: Option<String>,
    /// The webhook's URL; null for mail.
    pub url: Option<String>,
    /// True when the owner wants it to tell.
    pub enabled: bool,
    /// True when the address was confirmed, or needs no confirmation.
    pub confirmed: bool,
    /// True when it tells in quiet hours too.
    pub ignores_quiet_hours: bool,
    /// Why it tells nothing; null when it tells.
    pub silent_because: Option<Silence>,
    /// When it was made (RFC 3339, UTC).
    pub created_at: String,
}

/// Answer of `GET /sites/{site_id}/notice-channels`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeChannelList {
    /// The channels, oldest first.
    pub data: Vec<NoticeChannel>,
    /// Most channels that a site may have.
    pub limit: u32,
    /// False when the server's operator has set up no mail server.
    pub mail_available: bool,
    /// The next page; always null.
    pub next_cursor: Option<String>,
}

/// Body of `POST /sites/{site_id}/notice-channels`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateNoticeChannel {
    /// How it tells.
    pub kind: ChannelKind,
    /// The address of a `mail` channel. One that is not the account's own gets a code first, and nothing until it is confirmed;
    /// on a server where anyone may sign up, so does the account's own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 254))]
    pub address: Option<String>,
    /// The URL of a `webhook` channel: `http` or `https`, at most 2,048 bytes, not private, local or reserved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2048))]
    pub url: Option<String>,
    /// True to tell in quiet hours too.
    #[serde(default)]
    pub ignores_quiet_hours: bool,
}

/// Body of `PATCH /sites/{site_id}/notice-channels/{channel_id}`: what is absent stays.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateNoticeChannel {
    /// False to tell nothing: what waits is dropped.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub enabled: Patch<bool>,
    /// True to tell in quiet hours too.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(value_type = bool))]
    pub ignores_quiet_hours: Patch<bool>,
}

/// Body of `POST /sites/{site_id}/notice-channels/{channel_id}/confirm`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ConfirmNoticeChannel {
    /// The code that was sent to the address; blanks, dashes and case do not matter.
    #[cfg_attr(feature = "openapi", schema(max_length = 64))]
    pub code: String,
}

/// Answer of `GET /sites/{site_id}/notice-channels/{channel_id}/secret`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookSecret {
    /// What the webhook's bodies are signed with, `whsec_…`, as libraries of Standard Webhooks take it.
    pub secret: String,
}

/// What a notice tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum NoticeEvent {
    /// An incident opened.
    #[serde(rename = "incident.opened")]
    IncidentOpened,
    /// An incident that was told of closed.
    #[serde(rename = "incident.closed")]
    IncidentClosed,
    /// An incident opened and closed before anyone was told: one notice tells both.
    #[serde(rename = "incident.passed")]
    IncidentPassed,
    /// The owner tries the channel.
    #[serde(rename = "test")]
    Test,
    /// The code that confirms an address; mail only.
    #[serde(rename = "confirmation")]
    Confirmation,
}

/// What became of a notice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum NoticeState {
    /// It waits for its turn, for the end of quiet hours, or to be tried again.
    Waiting,
    /// The receiver took it.
    Delivered,
    /// It was tried until its end, or refused for good.
    Failed,
    /// It was not sent: there is no one to send it to any more, or it was overtaken.
    Dropped,
}

words! {
    /// Why a notice did not arrive.
    Obstacle, "obstacle" {
        /// The address may not be reached by this server.
        Blocked = "blocked",
        /// The name has no address.
        NameNotFound = "name_not_found",
        /// No connection came about.
        NoConnection = "no_connection",
        /// TLS failed.
        TlsFailed = "tls_failed",
        /// No whole answer came in time.
        Timeout = "timeout",
        /// The answer broke off, or was none of its protocol.
        BrokenAnswer = "broken_answer",
        /// The answer's status is not 200 to 299; `status` tells it.
        WrongStatus = "wrong_status",
        /// The answer leads elsewhere; a webhook is not sent on.
        Redirected = "redirected",
        /// The receiver wants nothing more (410).
        Gone = "gone",
        /// The server's operator has set up no mail server.
        MailOff = "mail_off",
        /// The mail server refused the mail for good; `status` tells its reply.
        MailRefused = "mail_refused",
        /// The mail server did not take the mail this time; `status` tells its reply.
        MailPutOff = "mail_put_off",
        /// The channel was turned off while the notice waited.
        ChannelOff = "channel_off",
        /// Something newer is told in its place.
        Overtaken = "overtaken",
        /// The monitor was changed or turned off while the notice waited.
        MonitorChanged = "monitor_changed",
    }
}

/// A notice on its way by one channel.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeDelivery {
    /// The notice's id: the `webhook-id` of each try, and the beginning of a mail's `Message-ID`.
    pub id: NoticeId,
    /// The channel by which it goes.
    pub channel_id: NoticeChannelId,
    /// What it tells.
    pub event: NoticeEvent,
    /// The incident that it tells of, as it was then; null for a test and a confirmation.
    pub incident: Option<Incident>,
    /// How it stands.
    pub state: NoticeState,
    /// Tries so far.
    pub attempts: u32,
    /// Why the latest try failed, or why there was none; null when it was delivered.
    pub reason: Option<Obstacle>,
    /// The status of the latest answer, of HTTP or of the mail server; null when none came.
    pub status: Option<u16>,
    /// When it came about (RFC 3339, UTC).
    pub created_at: String,
    /// When it is tried next (RFC 3339, UTC); null when it has ended.
    pub next_attempt_at: Option<String>,
    /// When it was delivered, failed or dropped (RFC 3339, UTC).
    pub ended_at: Option<String>,
}

/// Body and answer of `/sites/{site_id}/quiet-hours`: both times, or null for none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// The first minute, `22:00`, of the site's zone; null for no quiet hours.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(required, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub from: Option<String>,
    /// The first minute after them, `07:00`, of the site's zone; earlier than `from` when they cross midnight.
    #[serde(deserialize_with = "given")]
    #[cfg_attr(feature = "openapi", schema(required, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$"))]
    pub until: Option<String>,
}

/// A field that may be null but not absent.
fn given<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Option::deserialize(deserializer)
}

/// The body of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct WebhookBody {
    /// What is told.
    #[serde(rename = "type")]
    pub event: NoticeEvent,
    /// When it came about (RFC 3339, UTC), the same at each try.
    pub timestamp: String,
    /// Of what.
    pub data: NoticeData,
}

/// What a notice is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeData {
    /// The site.
    pub site: NoticeSite,
    /// The incident; null for a test.
    pub incident: Option<Incident>,
}

/// The site of a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeSite {
    /// The site's id.
    pub id: SiteId,
    /// The site's domain.
    pub domain: String,
}
