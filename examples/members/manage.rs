//! The tour's shop with users of its own: `accounts::User` is known by an e-mail address and has a UUID for its key.

mod accounts;
mod config {
    pub mod urls;
}
// The very app of the tour.
#[path = "../shop/shop/mod.rs"]
mod shop;

fn main() -> std::process::ExitCode {
    rjango::manage(rjango::project!().urls(config::urls::urlpatterns))
}
