//! The program of an account's dashboards: see `shared::app`.

fn main() {
    web::dashboard();
}
