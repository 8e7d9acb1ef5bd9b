//! Rules of membership.

use shared::site::Role;

/// Members and open invitations of a site.
pub const MOST_MEMBERS: i64 = 100;
/// 160 bits.
pub const TOKEN_CHARS: usize = 32;
/// An invitation is good for a week.
pub const LIFE_MS: i64 = 7 * 24 * 60 * 60 * 1000;
/// What the ids of invitations begin with; an account's begin otherwise.
pub const INVITATION: &str = "inv";

/// A role as it is stored.
pub fn role_to_text(role: Role) -> &'static str {
    match role {
        Role::Owner => "owner",
        Role::Viewer => "viewer",
    }
}

/// A role as it was stored; the schema allows these two words only.
pub fn role_from_text(text: &str) -> Role {
    match text {
        "owner" => Role::Owner,
        _ => Role::Viewer,
    }
}
