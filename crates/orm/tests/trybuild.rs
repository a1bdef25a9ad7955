//! What a user reads when a model, a lookup or an assignment is wrong.
//!
//! `TRYBUILD=overwrite cargo test -p rjango-orm --test trybuild` writes the messages anew; review them as prose.

#[test]
fn messages_say_what_is_wrong() {
    let cases = trybuild::TestCases::new();
    cases.pass("tests/ui/pass/*.rs");
    cases.compile_fail("tests/ui/fail/*.rs");
}
