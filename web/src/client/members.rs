//! Members of a site, and invitations to become one.

use super::{Access, Failure, read, send, write};
use crate::router::query;
use gloo_net::http::Method;
use shared::ids::{MemberId, SiteId};
use shared::member::{Invitation, InviteMember, Member, ReceivedInvitation, TransferSite};
use shared::page::Page;
use shared::site::Site;

/// Members and open invitations of a site, oldest first. A site has at most as many as one page takes.
pub async fn list(site: &SiteId) -> Result<Vec<Member>, Failure> {
    let path = format!("/sites/{site}/members?limit=100");
    let page: Page<Member> = read(&send(Method::GET, &path, None, &Access::Session, None).await?)?;
    Ok(page.data)
}

/// Makes an invitation.
pub async fn invite(site: &SiteId, body: &InviteMember) -> Result<Member, Failure> {
    let path = format!("/sites/{site}/members");
    read(&send(Method::POST, &path, write(body), &Access::Session, None).await?)
}

/// Removes a member or withdraws an invitation.
pub async fn remove(site: &SiteId, member: &MemberId) -> Result<(), Failure> {
    let path = format!("/sites/{site}/members/{member}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}

/// Offers the site to another owner.
pub async fn transfer(site: &SiteId, body: &TransferSite) -> Result<Member, Failure> {
    let path = format!("/sites/{site}/transfer");
    read(&send(Method::POST, &path, write(body), &Access::Session, None).await?)
}

/// What an invitation is to.
pub async fn look(token: &str) -> Result<Invitation, Failure> {
    let path = format!("/invitations/{}", query::encode(token));
    read(&send(Method::GET, &path, None, &Access::Session, None).await?)
}

/// Accepts an invitation.
pub async fn accept(token: &str) -> Result<Site, Failure> {
    let path = format!("/invitations/{}/accept", query::encode(token));
    read(&send(Method::POST, &path, None, &Access::Session, None).await?)
}

/// The open invitations to the account's address.
pub async fn received() -> Result<Vec<ReceivedInvitation>, Failure> {
    let page: Page<ReceivedInvitation> =
        read(&send(Method::GET, "/me/invitations?limit=100", None, &Access::Session, None).await?)?;
    Ok(page.data)
}

/// Stops being a viewer of a site.
pub async fn leave(site: &SiteId) -> Result<(), Failure> {
    let path = format!("/me/sites/{site}");
    send(Method::DELETE, &path, None, &Access::Session, None)
        .await
        .map(drop)
}
