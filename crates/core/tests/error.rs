//! The error: what it says where, and what survives when it is told from further out.
#![allow(clippy::unwrap_used)]

use expect_test::{Expect, expect};
use rjango_core::{Error, ErrorKind, Place, Result, ResultExt};

fn check(error: &Error, expected: Expect) {
    expected.assert_eq(&format!("{error}\n---\n{error:?}"));
}

fn refused() -> std::io::Error {
    std::io::Error::new(std::io::ErrorKind::PermissionDenied, "not yours")
}

#[test]
fn display_is_the_message_and_debug_the_whole_story() {
    let error = Error::improperly_configured("unknown setting `DEBG`")
        .with_hint("did you mean `DEBUG`?")
        .at("config/settings.toml", 3, 1)
        .with_source(refused());
    check(
        &error,
        expect![[r#"
            unknown setting `DEBG`
            ---
            config/settings.toml:3:1: unknown setting `DEBG`
              caused by: not yours
            hint: did you mean `DEBUG`?"#]],
    );
}

#[test]
fn a_cause_that_says_the_same_is_not_repeated() {
    check(
        &Error::from(refused()),
        expect![[r#"
            not yours
            ---
            not yours"#]],
    );
}

#[test]
fn question_mark_takes_any_error_and_remembers_the_line() {
    fn read() -> Result<i32> {
        Ok("x".parse::<i32>()?)
    }
    let error = read().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
    assert!(error.downcast_ref::<std::num::ParseIntError>().is_some());
    assert!(error.downcast_ref::<std::io::Error>().is_none());
    assert!(error.raised().file().ends_with("error.rs"));
}

#[test]
fn context_keeps_kind_place_hint_and_constraint() {
    let inner = Error::new(ErrorKind::Integrity, "duplicate value")
        .with_constraint("shop_tag_label_key")
        .with_sql("INSERT INTO shop_tag")
        .with_hint("choose another label")
        .at("shop/models.rs", 7, 0);
    let raised = inner.raised();
    let outer = Err::<(), _>(inner).context("cannot save the tag").unwrap_err();
    assert!(outer.is_integrity());
    assert_eq!(outer.constraint(), Some("shop_tag_label_key"));
    assert_eq!(outer.sql(), Some("INSERT INTO shop_tag"));
    assert_eq!(outer.raised(), raised);
    check(
        &outer,
        expect![[r#"
            cannot save the tag
            ---
            shop/models.rs:7: cannot save the tag
              caused by: duplicate value
            hint: choose another label"#]],
    );
}

#[test]
fn a_hint_is_added_to_any_result() {
    let error = Err::<(), _>(refused()).hint("ask the owner").unwrap_err();
    assert_eq!(error.hint(), Some("ask the owner"));
}

#[test]
fn every_cause_is_told() {
    let error = Error::from(refused()).wrap("cannot read the file").wrap("cannot start");
    check(
        &error,
        expect![[r#"
            cannot start
            ---
            cannot start
              caused by: cannot read the file
              caused by: not yours"#]],
    );
}

#[test]
fn kinds_have_their_status_and_predicates() {
    let status = |kind| Error::new(kind, "x").status();
    assert_eq!(Error::not_found("x").status(), 404);
    assert_eq!(Error::permission_denied("x").status(), 403);
    assert_eq!(Error::bad_request("x").status(), 400);
    // A row that is not there is a 404 only where a view says so, with `get_object_or_404`.
    assert_eq!(status(ErrorKind::DoesNotExist), 500);
    assert_eq!(status(ErrorKind::Other), 500);
    assert!(Error::not_found("x").is_not_found());
    assert!(Error::new(ErrorKind::DoesNotExist, "x").is_does_not_exist());
    assert!(Error::new(ErrorKind::MultipleObjectsReturned, "x").is_multiple_objects_returned());
    assert!(Error::new(ErrorKind::Validation, "x").is_validation());
    assert!(!Error::command("x").is_validation());
}

#[test]
fn places_show_what_they_know() {
    let place = |line, column| Place { file: "a.rs".to_owned(), line, column }.to_string();
    assert_eq!((place(0, 0), place(3, 0), place(3, 9)), ("a.rs".into(), "a.rs:3".into(), "a.rs:3:9".into()));
}

#[test]
fn boxed_it_is_a_standard_error() {
    let boxed = Error::command("no such app").with_source(refused()).into_boxed();
    assert_eq!(boxed.to_string(), "no such app");
    assert_eq!(boxed.source().unwrap().to_string(), "not yours");
}
