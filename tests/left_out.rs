//! Says, in a plain `cargo test`, what that run leaves out: it is a program of its own, since the test harness would
//! swallow what a passing test prints. Each package that has such tests runs it, and it speaks of that package.
#![allow(missing_docs, clippy::print_stdout)]

/// Packages, and what is built with the feature `everything-tested` alone.
const LEFT_OUT: [(&str, &str); 5] = [
    ("rjango", "the tests that ask Django, the oracle (tests/it/oracle.rs)"),
    ("rjango", "the tests in a real browser (tests/it/browser.rs)"),
    ("rjango-orm", "the queries that are put to Django too (tests/typed/oracle, tests/random)"),
    ("rjango-migrations", "the models that are put to Django's migrations too (tests/suite/oracle.rs)"),
    ("rjango-contrib", "the site that Django serves too (tests/contrib/oracle.rs)"),
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
    let package = env!("CARGO_PKG_NAME");
    if cfg!(feature = "django-6-1-tested") {
        println!("\nnothing is left out of this run of {package}\n");
    } else if cfg!(feature = "everything-tested") {
        println!("\nleft out of this run of {package}: Django 6.1, which needs Python 3.12 or newer\n");
    } else {
        println!("\nleft out of this run of {package}, and run by `scripts/test`:");
        for (_, what) in LEFT_OUT.iter().filter(|(whose, _)| *whose == package) {
            println!("  - {what}");
        }
        println!();
    }
}
