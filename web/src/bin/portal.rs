//! The program of client portals: see `shared::app`.

fn main() {
    web::portal();
}
