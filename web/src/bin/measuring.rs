//! The program of what a site measures: see `shared::app`.

fn main() {
    web::measuring();
}
