//! The program of the dashboards: see `shared::app`.

fn main() {
    web::dashboard();
}
