//! The program of a site's settings: see `shared::app`.

fn main() {
    web::settings();
}
