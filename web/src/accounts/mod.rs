//! Signing in and up, and the account's own settings.
//!
//! A wrong password and an unknown address look the same. The first account may always be made; later ones when the
//! server says so. Absent: resetting a forgotten password.

pub mod account_page;
pub mod login;
