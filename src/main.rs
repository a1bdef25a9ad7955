//! The `rjango` binary.

mod assets;

use std::process::ExitCode;

fn main() -> ExitCode {
    rjango_toolchain::main(&assets::ASSETS)
}
