//! Says, in a plain `cargo test`, what that run leaves out: it is a program of its own, since the test harness would
//! swallow what a passing test prints.
#![allow(missing_docs, clippy::print_stdout)]

const LEFT_OUT: [&str; 2] = [
    "the tests that ask Django 5.2, the oracle (tests/it/oracle.rs, crates/contrib/tests, crates/migrations/tests)",
    "the tests in a real browser (tests/it/browser.rs)",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == "--list") {
        // The protocol by which `cargo nextest` finds tests.
        if !arguments.iter().any(|argument| argument == "--ignored") {
            println!("what_is_left_out_is_said: test");
        }
        return;
    }
    if cfg!(feature = "everything-tested") {
        println!("\nnothing is left out of this run\n");
    } else {
        println!("\nleft out of this run, and run by `scripts/test`:");
        for what in LEFT_OUT {
            println!("  - {what}");
        }
        println!();
    }
}
