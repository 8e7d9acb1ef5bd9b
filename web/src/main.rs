//! The Vitrine web app.

fn main() {}
