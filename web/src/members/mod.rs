//! Members of a site: the owner's page, and the page of an invitation.
//!
//! No mail is sent: an invitation is a link that the owner hands over. Whoever opens it sees what it is to before they
//! sign in or make an account; accepting takes a press. Absent: roles between viewer and owner.

pub mod invitation;
pub mod people;
pub mod received;
mod row;
