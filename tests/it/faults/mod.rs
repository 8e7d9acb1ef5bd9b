//! What happens when databases, disks and processes fail (T76, T79–T81, T83, T84). `cargo xtask faults` runs all of it.

mod damage;
mod disk;
mod overload;
mod postgres;
mod protocol;
mod start;
mod stop;

/// True where tests that take longer than 20 seconds are to run.
pub fn is_thorough() -> bool {
    std::env::var_os("TEST_FAULTS").is_some_and(|value| value == "1")
}

/// Tells a measured number to `cargo xtask faults`, which writes it into its report.
#[expect(clippy::print_stdout, reason = "the report reads what tests print")]
pub fn figure(name: &str, value: impl std::fmt::Display) {
    println!("figure: {name}={value}");
}
