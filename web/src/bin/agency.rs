//! The program of an account's portals: see `shared::app`.

fn main() {
    web::agency();
}
