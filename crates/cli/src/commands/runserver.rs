//! `runserver`: the development server. In the project's own binary it serves what is compiled; the toolchain's builds.

use clap::{Arg, ArgAction};

use crate::Address;

/// The arguments that `runserver` has in both binaries.
pub fn runserver_arguments(command: clap::Command) -> clap::Command {
    command.arg(address_argument()).arg(
        Arg::new("skip-checks").long("skip-checks").action(ArgAction::SetTrue).help("Serve without system checks"),
    )
}

/// Where to listen, as `address`.
pub fn address_argument() -> Arg {
    Arg::new("address")
        .value_name("ADDRESS:PORT")
        .value_parser(address)
        .help("Where to listen: a port, or address:port [default: 127.0.0.1:8000]")
}

fn address(text: &str) -> std::result::Result<Address, String> {
    text.parse().map_err(|error: rjango_core::Error| error.to_string())
}
