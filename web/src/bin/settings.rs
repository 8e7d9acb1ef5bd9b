//! The program of the settings: see `shared::app`.

fn main() {
    web::settings();
}
