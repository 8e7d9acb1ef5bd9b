//! Who may do what: every operation of the API document, and what each kind of caller is answered.

mod portals;
pub use crate::authorisation_scopes::{SCOPES, scope_of};
use std::sync::LazyLock;

/// Expected statuses: anonymous, another owner, a key with every scope but the right one, a recipient, a viewer, the owner.
pub type Expected = [u16; 6];

const EVERYONE: Expected = [200; 6];
const EVERYONE_ASKED: Expected = [422; 6];
const PERSON_READS: Expected = [401, 200, 403, 401, 200, 200];
const PERSON_WRITES: Expected = [401, 422, 403, 403, 422, 422];
const OWNER_WRITES: Expected = [401, 404, 403, 403, 403, 422];
const OWNER_CHANGES: Expected = [401, 404, 403, 403, 403, 200];
const OWNER_ASKS_IN_VAIN: Expected = [401, 404, 403, 403, 403, 409];
const OWNER_ENDS: Expected = [401, 404, 403, 403, 403, 204];
const OWNER_READS: Expected = [401, 404, 403, 404, 403, 200];
const SITE_READS: Expected = [401, 404, 403, 404, 200, 200];
const REPORT: Expected = [401, 404, 403, 422, 422, 422];
const REPORT_READS: Expected = [401, 404, 403, 200, 200, 200];

/// An operation, its method, its path, and who is answered what.
pub type Row = (&'static str, &'static str, &'static str, Expected);

/// All of them.
pub static MATRIX: LazyLock<Vec<Row>> = LazyLock::new(|| [ROWS, portals::ROWS].concat());

const ROWS: &[Row] = &[
    ("get_registration", "GET", "/api/v1/registration", EVERYONE),
    ("create_account", "POST", "/api/v1/accounts", EVERYONE_ASKED),
    ("create_session", "POST", "/api/v1/session", EVERYONE_ASKED),
    (
        "delete_session",
        "DELETE",
        "/api/v1/session",
        [401, 204, 403, 403, 204, 204],
    ),
    ("get_me", "GET", "/api/v1/me", PERSON_READS),
    ("change_password", "PUT", "/api/v1/me/password", PERSON_WRITES),
    ("delete_account", "DELETE", "/api/v1/me", PERSON_WRITES),
    ("list_sessions", "GET", "/api/v1/me/sessions", PERSON_READS),
    (
        "end_session",
        "DELETE",
        "/api/v1/me/sessions/{session_id}",
        [401, 404, 403, 403, 404, 204],
    ),
    (
        "end_other_sessions",
        "DELETE",
        "/api/v1/me/sessions",
        [401, 204, 403, 403, 204, 204],
    ),
    ("set_up_totp", "POST", "/api/v1/me/totp", PERSON_WRITES),
    ("turn_on_totp", "PUT", "/api/v1/me/totp", PERSON_WRITES),
    ("turn_off_totp", "DELETE", "/api/v1/me/totp", PERSON_WRITES),
    (
        "renew_recovery_codes",
        "POST",
        "/api/v1/me/totp/recovery-codes",
        PERSON_WRITES,
    ),
    (
        "list_received_invitations",
        "GET",
        "/api/v1/me/invitations",
        PERSON_READS,
    ),
    ("get_invitation", "GET", "/api/v1/invitations/{token}", EVERYONE),
    (
        "accept_invitation",
        "POST",
        "/api/v1/invitations/{token}/accept",
        [401, 200, 403, 403, 409, 409],
    ),
    (
        "leave_site",
        "DELETE",
        "/api/v1/me/sites/{site_id}",
        [401, 404, 403, 403, 204, 409],
    ),
    ("list_members", "GET", "/api/v1/sites/{site_id}/members", OWNER_READS),
    ("invite_member", "POST", "/api/v1/sites/{site_id}/members", OWNER_WRITES),
    (
        "get_member",
        "GET",
        "/api/v1/sites/{site_id}/members/{member_id}",
        OWNER_READS,
    ),
    (
        "remove_member",
        "DELETE",
        "/api/v1/sites/{site_id}/members/{member_id}",
        OWNER_ENDS,
    ),
    (
        "transfer_site",
        "POST",
        "/api/v1/sites/{site_id}/transfer",
        OWNER_WRITES,
    ),
    ("list_sites", "GET", "/api/v1/sites", [401, 200, 403, 404, 200, 200]),
    ("create_site", "POST", "/api/v1/sites", PERSON_WRITES),
    (
        "get_site",
        "GET",
        "/api/v1/sites/{site_id}",
        [401, 404, 403, 404, 200, 200],
    ),
    ("update_site", "PATCH", "/api/v1/sites/{site_id}", OWNER_CHANGES),
    ("reset_site", "POST", "/api/v1/sites/{site_id}/reset", OWNER_ENDS),
    ("delete_site", "DELETE", "/api/v1/sites/{site_id}", OWNER_ENDS),
    (
        "list_share_links",
        "GET",
        "/api/v1/sites/{site_id}/share-links",
        OWNER_READS,
    ),
    (
        "create_share_link",
        "POST",
        "/api/v1/sites/{site_id}/share-links",
        OWNER_WRITES,
    ),
    (
        "get_share_link",
        "GET",
        "/api/v1/sites/{site_id}/share-links/{link_id}",
        OWNER_READS,
    ),
    (
        "update_share_link",
        "PATCH",
        "/api/v1/sites/{site_id}/share-links/{link_id}",
        OWNER_CHANGES,
    ),
    (
        "revoke_share_link",
        "DELETE",
        "/api/v1/sites/{site_id}/share-links/{link_id}",
        OWNER_ENDS,
    ),
    (
        "resolve_share_link",
        "GET",
        "/api/v1/share/{domain}",
        [404, 404, 404, 200, 404, 404],
    ),
    (
        "unlock_share_link",
        "POST",
        "/api/v1/share/{domain}/unlock",
        EVERYONE_ASKED,
    ),
    (
        "find_or_create_share_link",
        "PUT",
        "/api/v1/sites/shared-links",
        [401, 422, 403, 403, 422, 422],
    ),
    (
        "list_audit_entries",
        "GET",
        "/api/v1/sites/{site_id}/audit",
        OWNER_READS,
    ),
    ("list_segments", "GET", "/api/v1/sites/{site_id}/segments", SITE_READS),
    (
        "create_segment",
        "POST",
        "/api/v1/sites/{site_id}/segments",
        OWNER_WRITES,
    ),
    (
        "get_segment",
        "GET",
        "/api/v1/sites/{site_id}/segments/{segment_id}",
        SITE_READS,
    ),
    (
        "update_segment",
        "PATCH",
        "/api/v1/sites/{site_id}/segments/{segment_id}",
        OWNER_CHANGES,
    ),
    (
        "delete_segment",
        "DELETE",
        "/api/v1/sites/{site_id}/segments/{segment_id}",
        OWNER_ENDS,
    ),
    ("list_imports", "GET", "/api/v1/sites/{site_id}/imports", OWNER_READS),
    (
        "create_import",
        "POST",
        "/api/v1/sites/{site_id}/imports",
        [401, 404, 403, 403, 403, 201],
    ),
    (
        "get_import",
        "GET",
        "/api/v1/sites/{site_id}/imports/{import_id}",
        OWNER_READS,
    ),
    (
        "delete_import",
        "DELETE",
        "/api/v1/sites/{site_id}/imports/{import_id}",
        OWNER_ENDS,
    ),
    ("list_shields", "GET", "/api/v1/sites/{site_id}/shields", OWNER_READS),
    ("create_shield", "POST", "/api/v1/sites/{site_id}/shields", OWNER_WRITES),
    (
        "delete_shield",
        "DELETE",
        "/api/v1/sites/{site_id}/shields/{shield_id}",
        OWNER_ENDS,
    ),
    (
        "list_dropped_events",
        "GET",
        "/api/v1/sites/{site_id}/dropped-events",
        OWNER_READS,
    ),
    ("get_site_health", "GET", "/api/v1/sites/{site_id}/health", SITE_READS),
    ("get_uptime", "GET", "/api/v1/sites/{site_id}/uptime", SITE_READS),
    (
        "list_checks",
        "GET",
        "/api/v1/sites/{site_id}/monitors/{kind}/checks",
        SITE_READS,
    ),
    ("list_incidents", "GET", "/api/v1/sites/{site_id}/incidents", SITE_READS),
    (
        "list_link_findings",
        "GET",
        "/api/v1/sites/{site_id}/link-findings",
        SITE_READS,
    ),
    (
        "list_lighthouse_findings",
        "GET",
        "/api/v1/sites/{site_id}/lighthouse-findings",
        SITE_READS,
    ),
    ("list_monitors", "GET", "/api/v1/sites/{site_id}/monitors", OWNER_READS),
    (
        "get_monitor",
        "GET",
        "/api/v1/sites/{site_id}/monitors/{kind}",
        OWNER_READS,
    ),
    (
        "set_monitor",
        "PUT",
        "/api/v1/sites/{site_id}/monitors/{kind}",
        OWNER_WRITES,
    ),
    (
        "run_monitor",
        "POST",
        "/api/v1/sites/{site_id}/monitors/{kind}/run",
        OWNER_ASKS_IN_VAIN,
    ),
    (
        "list_maintenance_windows",
        "GET",
        "/api/v1/sites/{site_id}/maintenance-windows",
        OWNER_READS,
    ),
    (
        "create_maintenance_window",
        "POST",
        "/api/v1/sites/{site_id}/maintenance-windows",
        OWNER_WRITES,
    ),
    (
        "get_maintenance_window",
        "GET",
        "/api/v1/sites/{site_id}/maintenance-windows/{window_id}",
        OWNER_READS,
    ),
    (
        "update_maintenance_window",
        "PATCH",
        "/api/v1/sites/{site_id}/maintenance-windows/{window_id}",
        OWNER_CHANGES,
    ),
    (
        "delete_maintenance_window",
        "DELETE",
        "/api/v1/sites/{site_id}/maintenance-windows/{window_id}",
        OWNER_ENDS,
    ),
    (
        "list_notice_channels",
        "GET",
        "/api/v1/sites/{site_id}/notice-channels",
        OWNER_READS,
    ),
    (
        "create_notice_channel",
        "POST",
        "/api/v1/sites/{site_id}/notice-channels",
        OWNER_WRITES,
    ),
    (
        "get_notice_channel",
        "GET",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}",
        OWNER_READS,
    ),
    (
        "update_notice_channel",
        "PATCH",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}",
        OWNER_CHANGES,
    ),
    (
        "delete_notice_channel",
        "DELETE",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}",
        OWNER_ENDS,
    ),
    (
        "get_webhook_secret",
        "GET",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}/secret",
        OWNER_READS,
    ),
    (
        "send_confirmation_code",
        "POST",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}/code",
        OWNER_ASKS_IN_VAIN,
    ),
    (
        "confirm_notice_channel",
        "POST",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}/confirm",
        OWNER_WRITES,
    ),
    (
        "test_notice_channel",
        "POST",
        "/api/v1/sites/{site_id}/notice-channels/{channel_id}/test",
        OWNER_ASKS_IN_VAIN,
    ),
    (
        "list_notice_deliveries",
        "GET",
        "/api/v1/sites/{site_id}/notice-deliveries",
        OWNER_READS,
    ),
    (
        "get_quiet_hours",
        "GET",
        "/api/v1/sites/{site_id}/quiet-hours",
        OWNER_READS,
    ),
    (
        "set_quiet_hours",
        "PUT",
        "/api/v1/sites/{site_id}/quiet-hours",
        OWNER_WRITES,
    ),
    ("get_retention", "GET", "/api/v1/sites/{site_id}/retention", OWNER_READS),
    (
        "set_retention",
        "PUT",
        "/api/v1/sites/{site_id}/retention",
        OWNER_WRITES,
    ),
    ("list_goals", "GET", "/api/v1/sites/{site_id}/goals", REPORT_READS),
    ("create_goal", "POST", "/api/v1/sites/{site_id}/goals", OWNER_WRITES),
    (
        "get_goal",
        "GET",
        "/api/v1/sites/{site_id}/goals/{goal_id}",
        REPORT_READS,
    ),
    (
        "update_goal",
        "PATCH",
        "/api/v1/sites/{site_id}/goals/{goal_id}",
        OWNER_CHANGES,
    ),
    (
        "delete_goal",
        "DELETE",
        "/api/v1/sites/{site_id}/goals/{goal_id}",
        OWNER_ENDS,
    ),
    ("list_funnels", "GET", "/api/v1/sites/{site_id}/funnels", REPORT_READS),
    ("create_funnel", "POST", "/api/v1/sites/{site_id}/funnels", OWNER_WRITES),
    (
        "get_funnel",
        "GET",
        "/api/v1/sites/{site_id}/funnels/{funnel_id}",
        REPORT_READS,
    ),
    (
        "update_funnel",
        "PATCH",
        "/api/v1/sites/{site_id}/funnels/{funnel_id}",
        OWNER_CHANGES,
    ),
    (
        "delete_funnel",
        "DELETE",
        "/api/v1/sites/{site_id}/funnels/{funnel_id}",
        OWNER_ENDS,
    ),
    (
        "list_annotations",
        "GET",
        "/api/v1/sites/{site_id}/annotations",
        REPORT_READS,
    ),
    (
        "create_annotation",
        "POST",
        "/api/v1/sites/{site_id}/annotations",
        OWNER_WRITES,
    ),
    (
        "get_annotation",
        "GET",
        "/api/v1/sites/{site_id}/annotations/{annotation_id}",
        REPORT_READS,
    ),
    (
        "update_annotation",
        "PATCH",
        "/api/v1/sites/{site_id}/annotations/{annotation_id}",
        OWNER_CHANGES,
    ),
    (
        "delete_annotation",
        "DELETE",
        "/api/v1/sites/{site_id}/annotations/{annotation_id}",
        OWNER_ENDS,
    ),
    (
        "query_funnel",
        "POST",
        "/api/v1/sites/{site_id}/funnels/{funnel_id}/query",
        REPORT,
    ),
    ("get_realtime", "GET", "/api/v1/sites/{site_id}/realtime", REPORT_READS),
    (
        "stream_realtime",
        "GET",
        "/api/v1/sites/{site_id}/realtime/stream",
        REPORT_READS,
    ),
    ("list_visits", "GET", "/api/v1/sites/{site_id}/visits", REPORT_READS),
    (
        "get_visit",
        "GET",
        "/api/v1/sites/{site_id}/visits/{visit_id}",
        REPORT_READS,
    ),
    (
        "list_suggestions",
        "GET",
        "/api/v1/sites/{site_id}/suggestions?dimension=visit:source",
        REPORT_READS,
    ),
    (
        "export_site",
        "GET",
        "/api/v1/sites/{site_id}/export?format=json",
        REPORT_READS,
    ),
    ("query_site", "POST", "/api/v1/sites/{site_id}/query", REPORT),
    (
        "query_as_plausible",
        "POST",
        "/api/v2/query",
        [401, 422, 403, 403, 422, 422],
    ),
    ("query_site_batch", "POST", "/api/v1/sites/{site_id}/queries", REPORT),
    ("list_api_keys", "GET", "/api/v1/api-keys", PERSON_READS),
    ("create_api_key", "POST", "/api/v1/api-keys", PERSON_WRITES),
    (
        "revoke_api_key",
        "DELETE",
        "/api/v1/api-keys/{key_id}",
        [401, 404, 403, 403, 404, 204],
    ),
    ("create_event", "POST", "/api/event", [422, 422, 403, 422, 422, 422]),
    ("preflight_event", "OPTIONS", "/api/event", [204; 6]),
    ("get_tracker_script", "GET", "/js/script.js", EVERYONE),
    ("get_embed_script", "GET", "/js/embed.js", EVERYONE),
    ("get_health", "GET", "/healthz", EVERYONE),
    ("get_readiness", "GET", "/readyz", EVERYONE),
    ("get_metrics", "GET", "/metrics", EVERYONE),
];
