//! Which scope of a key opens which operation.

/// The scope that each right asks of a key, by what the operation is about.
pub fn scope_of(operation: &str) -> &'static str {
    match operation {
        "create_site" | "update_site" | "reset_site" | "delete_site" => "sites:write",
        "create_segment" | "update_segment" | "delete_segment" => "sites:write",
        "create_import" | "delete_import" => "sites:write",
        "list_imports" | "get_import" => "sites:read",
        "list_shields" | "list_dropped_events" | "get_retention" => "sites:read",
        "create_shield" | "delete_shield" | "set_retention" => "sites:write",
        "get_site_health" | "get_uptime" | "list_checks" | "list_incidents" | "list_link_findings" => "sites:read",
        "list_lighthouse_findings" | "list_monitors" | "get_monitor" => "sites:read",
        "set_monitor" | "run_monitor" => "sites:write",
        "list_maintenance_windows" | "get_maintenance_window" => "sites:read",
        "create_maintenance_window" | "update_maintenance_window" | "delete_maintenance_window" => "sites:write",
        "list_notice_channels" | "get_notice_channel" | "list_notice_deliveries" | "get_quiet_hours" => "sites:write",
        "create_notice_channel" | "update_notice_channel" | "delete_notice_channel" => "sites:write",
        "get_webhook_secret" | "send_confirmation_code" | "confirm_notice_channel" => "sites:write",
        "test_notice_channel" | "set_quiet_hours" => "sites:write",
        "list_sites" | "get_site" | "list_segments" | "get_segment" | "list_audit_entries" => "sites:read",
        "list_share_links" | "get_share_link" => "links:read",
        "create_share_link" | "update_share_link" | "revoke_share_link" | "find_or_create_share_link" => "links:write",
        "query_site" | "query_site_batch" | "query_funnel" | "query_as_plausible" => "stats:read",
        "get_realtime" | "stream_realtime" | "list_visits" | "get_visit" | "list_suggestions" | "export_site" => {
            "stats:read"
        }
        "list_goals" | "get_goal" | "list_funnels" | "get_funnel" | "list_annotations" | "get_annotation" => {
            "stats:read"
        }
        "create_goal" | "update_goal" | "delete_goal" | "create_funnel" | "update_funnel" | "delete_funnel" => {
            "sites:write"
        }
        "create_annotation" | "update_annotation" | "delete_annotation" => "sites:write",
        "list_members" | "invite_member" | "get_member" | "remove_member" | "transfer_site" => "sites:write",
        "get_portal" | "list_portal_groups" | "get_portal_group" | "get_branding" | "get_brand_domain" => "links:read",
        "set_portal" | "create_portal_token" | "revoke_portal_token" | "create_portals" => "links:write",
        "create_portal_group" | "update_portal_group" | "delete_portal_group" => "links:write",
        "create_portal_group_token" | "revoke_portal_group_token" | "create_share_links" => "links:write",
        "set_branding" | "set_logo" | "delete_logo" => "links:write",
        "set_brand_domain" | "delete_brand_domain" | "verify_brand_domain" => "links:write",
        "get_overview" => "stats:read",
        "create_event" => "events:write",
        _ => "",
    }
}

pub const SCOPES: [&str; 6] = [
    "stats:read",
    "sites:read",
    "sites:write",
    "links:read",
    "links:write",
    "events:write",
];
