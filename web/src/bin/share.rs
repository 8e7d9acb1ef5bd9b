//! The program of shared dashboards: see `shared::app`.

fn main() {
    web::share();
}
