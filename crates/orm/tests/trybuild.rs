//! What a user reads when a model, a lookup or an assignment is wrong.
//!
//! `TRYBUILD=overwrite cargo test -p rjango-orm --test trybuild` writes the messages anew; review them as prose.

#[test]
fn messages_say_what_is_wrong() {
    // What compiles is held by ordinary tests: a case that passes would have every dependency built once more.
    trybuild::TestCases::new().compile_fail("tests/ui/fail/*.rs");
}
