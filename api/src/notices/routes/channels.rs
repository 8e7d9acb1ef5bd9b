//! Channels: whom a site tells.

use super::super::service::{channels, confirming, deliveries};
use crate::auth::access::Access;
use crate::auth::rights::{ManageNotices, ReadNotices};
use crate::error::Result;
use crate::http::json::Json;
use crate::http::page::PageQuery;
use crate::openapi::{BadInput, Conflict, Denied, Limited, Missing};
use crate::state::State;
use actix_web::http::header::LOCATION;
use actix_web::web::{Data, Path, Query};
use actix_web::{HttpResponse, delete, get, patch, post};
use shared::notice::{
    ConfirmNoticeChannel, CreateNoticeChannel, NoticeChannel, NoticeChannelList, NoticeDelivery, UpdateNoticeChannel,
    WebhookSecret,
};
use utoipa_actix_web::service_config::ServiceConfig;

pub(super) fn configure(config: &mut ServiceConfig<'_>) {
    config
        .service(list_notice_channels)
        .service(create_notice_channel)
        .service(get_notice_channel)
        .service(update_notice_channel)
        .service(delete_notice_channel)
        .service(get_webhook_secret)
        .service(send_confirmation_code)
        .service(confirm_notice_channel)
        .service(test_notice_channel);
}

/// Lists the channels by which a site's notices go out, oldest first.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer.", body = NoticeChannelList), Denied, Missing, BadInput, Limited))]
#[get("/sites/{site_id}/notice-channels")]
async fn list_notice_channels(
    state: Data<State>,
    access: Access<ReadNotices>,
    page: Query<PageQuery>,
) -> Result<HttpResponse> {
    let listed = channels::list(&state, &access.site, &page.wanted(&["chn"])?).await?;
    Ok(HttpResponse::Ok().json(listed))
}

/// Makes a channel: it is told when an incident opens and when it closes.
///
/// A mail address that has to be confirmed is sent a code and nothing else until the code comes back; codes are sent ten times in
/// any hour by an account, and three times in any day to an address. While the server sends no mail, a mail channel is 409
/// `conflict`. A webhook's address that is private, local or reserved is 422 `blocked`. The eleventh channel is 409
/// `limit_reached`.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path)), request_body = CreateNoticeChannel,
    responses((status = 201, description = "It is made.", body = NoticeChannel, headers(("Location" = String))), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/notice-channels")]
async fn create_notice_channel(
    state: Data<State>,
    access: Access<ManageNotices>,
    body: Json<CreateNoticeChannel>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let channel = channels::create(&state, caller, &access.site, body.take()?).await?;
    let location = format!("/api/v1/sites/{}/notice-channels/{}", access.site.id, channel.id);
    Ok(HttpResponse::Created()
        .insert_header((LOCATION, location))
        .json(channel))
}

/// Reads a channel.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = NoticeChannel), Denied, Missing, Limited))]
#[get("/sites/{site_id}/notice-channels/{channel_id}")]
async fn get_notice_channel(
    state: Data<State>,
    access: Access<ReadNotices>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(channels::get(&state, &access.site, &path.1).await?))
}

/// Turns a channel off or on, or changes whether it minds quiet hours.
///
/// What waits for a channel that is turned off is dropped. One whose receiver wanted nothing more is tried again once turned on.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)), request_body = UpdateNoticeChannel,
    responses((status = 200, description = "The answer.", body = NoticeChannel), Denied, Missing, BadInput, Limited))]
#[patch("/sites/{site_id}/notice-channels/{channel_id}")]
async fn update_notice_channel(
    state: Data<State>,
    access: Access<ManageNotices>,
    path: Path<(String, String)>,
    body: Json<UpdateNoticeChannel>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let channel = channels::update(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(channel))
}

/// Deletes a channel and what was told by it.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)),
    responses((status = 204, description = "Done; no body."), Denied, Missing, Limited))]
#[delete("/sites/{site_id}/notice-channels/{channel_id}")]
async fn delete_notice_channel(
    state: Data<State>,
    access: Access<ManageNotices>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    channels::delete(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// Tells what a webhook's bodies are signed with; 404 for mail.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)),
    responses((status = 200, description = "The answer.", body = WebhookSecret), Denied, Missing, Limited))]
#[get("/sites/{site_id}/notice-channels/{channel_id}/secret")]
async fn get_webhook_secret(
    state: Data<State>,
    access: Access<ManageNotices>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    Ok(HttpResponse::Ok().json(channels::secret(&state, &access.site, &path.1).await?))
}

/// Sends an unconfirmed address another code; the one before is good no more.
///
/// A channel that needs no confirmation is 409.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)),
    responses((status = 202, description = "It is on its way.", body = NoticeChannel), Denied, Missing, Conflict, Limited))]
#[post("/sites/{site_id}/notice-channels/{channel_id}/code")]
async fn send_confirmation_code(
    state: Data<State>,
    access: Access<ManageNotices>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let channel = confirming::send_again(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::Accepted().json(channel))
}

/// Confirms an address with the code that was sent there.
///
/// A wrong code is 422 `invalid_code`; after five of them, and after 24 hours, the code is good no more: 409.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)), request_body = ConfirmNoticeChannel,
    responses((status = 200, description = "The answer.", body = NoticeChannel), Denied, Missing, Conflict, BadInput, Limited))]
#[post("/sites/{site_id}/notice-channels/{channel_id}/confirm")]
async fn confirm_notice_channel(
    state: Data<State>,
    access: Access<ManageNotices>,
    path: Path<(String, String)>,
    body: Json<ConfirmNoticeChannel>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let channel = confirming::confirm(&state, caller, &access.site, &path.1, body.take()?).await?;
    Ok(HttpResponse::Ok().json(channel))
}

/// Sends a test by a channel, also in quiet hours; at most six times in any 60 seconds and account.
///
/// What becomes of it is in the list of deliveries. A channel that tells nothing is 409.
#[utoipa::path(tag = "notices", params(("site_id" = String, Path), ("channel_id" = String, Path)),
    responses((status = 202, description = "It is on its way.", body = NoticeDelivery), Denied, Missing, Conflict, Limited))]
#[post("/sites/{site_id}/notice-channels/{channel_id}/test")]
async fn test_notice_channel(
    state: Data<State>,
    access: Access<ManageNotices>,
    path: Path<(String, String)>,
) -> Result<HttpResponse> {
    let (caller, _) = access.caller()?;
    let delivery = deliveries::test(&state, caller, &access.site, &path.1).await?;
    Ok(HttpResponse::Accepted().json(delivery))
}
