//! The program of the account: see `shared::app`.

fn main() {
    web::account();
}
