//! `/js/embed.js`: gives frames of shared dashboards the height of what they show.

use crate::http::script::Script;
use actix_web::{HttpRequest, HttpResponse, get};
use std::sync::LazyLock;

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::of(include_str!("../../assets/embed.js")));

/// Answers the script for pages that frame a shared dashboard; 304 to a browser that has it.
#[utoipa::path(
    tag = "share links",
    security(()),
    responses(
        (status = 200, description = "The script for pages that frame a dashboard", body = String, content_type = "text/javascript"),
        (status = 304, description = "The browser has it already"),
    )
)]
#[get("/js/embed.js")]
pub(super) async fn get_embed_script(request: HttpRequest) -> HttpResponse {
    SCRIPT.answer(&request)
}
