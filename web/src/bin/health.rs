//! The program of a site's health: see `shared::app`.

fn main() {
    web::health();
}
