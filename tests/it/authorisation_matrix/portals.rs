//! Portals, brands, own domains, the overview.

use super::{EVERYONE, Expected, OWNER_ENDS, OWNER_READS, OWNER_WRITES, Row};

const ACCOUNT_READS: Expected = [401, 200, 403, 404, 200, 200];
const ACCOUNT_WRITES: Expected = [401, 422, 403, 403, 422, 422];

pub(super) const ROWS: &[Row] = &[
    ("get_portal", "GET", "/api/v1/sites/{site_id}/portal", OWNER_READS),
    ("set_portal", "PUT", "/api/v1/sites/{site_id}/portal", OWNER_WRITES),
    (
        "create_portal_token",
        "POST",
        "/api/v1/sites/{site_id}/portal/token",
        [401, 404, 403, 403, 403, 201],
    ),
    (
        "revoke_portal_token",
        "DELETE",
        "/api/v1/sites/{site_id}/portal/token",
        OWNER_ENDS,
    ),
    ("view_portal", "GET", "/api/v1/portal/{token}", EVERYONE),
    ("list_portal_groups", "GET", "/api/v1/portal-groups", ACCOUNT_READS),
    ("create_portal_group", "POST", "/api/v1/portal-groups", ACCOUNT_WRITES),
    (
        "get_portal_group",
        "GET",
        "/api/v1/portal-groups/{group_id}",
        [401, 404, 403, 404, 404, 200],
    ),
    (
        "update_portal_group",
        "PATCH",
        "/api/v1/portal-groups/{group_id}",
        [401, 404, 403, 403, 404, 200],
    ),
    (
        "delete_portal_group",
        "DELETE",
        "/api/v1/portal-groups/{group_id}",
        [401, 404, 403, 403, 404, 204],
    ),
    (
        "create_portal_group_token",
        "POST",
        "/api/v1/portal-groups/{group_id}/token",
        [401, 404, 403, 403, 404, 201],
    ),
    (
        "revoke_portal_group_token",
        "DELETE",
        "/api/v1/portal-groups/{group_id}/token",
        [401, 404, 403, 403, 404, 204],
    ),
    ("create_portals", "POST", "/api/v1/portals", ACCOUNT_WRITES),
    ("create_share_links", "POST", "/api/v1/share-links", ACCOUNT_WRITES),
    ("get_overview", "GET", "/api/v1/overview", ACCOUNT_READS),
    ("get_branding", "GET", "/api/v1/branding", ACCOUNT_READS),
    (
        "set_branding",
        "PUT",
        "/api/v1/branding",
        [401, 200, 403, 403, 200, 200],
    ),
    (
        "set_logo",
        "PUT",
        "/api/v1/branding/logo",
        [401, 415, 403, 403, 415, 415],
    ),
    (
        "delete_logo",
        "DELETE",
        "/api/v1/branding/logo",
        [401, 404, 403, 403, 404, 404],
    ),
    (
        "get_brand_domain",
        "GET",
        "/api/v1/branding/domain",
        [401, 404, 403, 404, 404, 404],
    ),
    ("set_brand_domain", "PUT", "/api/v1/branding/domain", ACCOUNT_WRITES),
    (
        "delete_brand_domain",
        "DELETE",
        "/api/v1/branding/domain",
        [401, 404, 403, 403, 404, 404],
    ),
    (
        "verify_brand_domain",
        "POST",
        "/api/v1/branding/domain/verify",
        [401, 404, 403, 403, 404, 404],
    ),
    (
        "get_share_brand",
        "GET",
        "/api/v1/share/{domain}/brand",
        [404, 404, 404, 200, 404, 404],
    ),
    ("get_logo", "GET", "/logos/{file}", [404; 6]),
    ("ask_for_certificate", "GET", "/tls/ask", [404; 6]),
];
