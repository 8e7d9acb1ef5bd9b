//! `/js/script.js`: the tracker, in at most 1 KB.

use crate::http::script::Script;
use actix_web::{HttpRequest, HttpResponse, get};
use std::sync::LazyLock;

static SCRIPT: LazyLock<Script> = LazyLock::new(|| Script::of(include_str!("../../../assets/script.js")));

/// Answers the tracker script; 304 to a browser that has it.
#[utoipa::path(
    tag = "events",
    security(()),
    responses(
        (status = 200, description = "The tracker script", body = String, content_type = "text/javascript"),
        (status = 304, description = "The browser has it already"),
    )
)]
#[get("/js/script.js")]
pub async fn get_tracker_script(request: HttpRequest) -> HttpResponse {
    SCRIPT.answer(&request)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_has_at_most_a_kilobyte() {
        let bytes = SCRIPT.compressed_bytes();
        assert!(bytes <= 1024, "{bytes} bytes");
        assert!(!SCRIPT.text().contains("//   <script"), "comments are left out");
        assert!(
            SCRIPT.text().contains("'Outbound Link: Click'"),
            "blanks within quotes stay"
        );
    }
}
