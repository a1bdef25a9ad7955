//! What Django 5.2.19 says of the same passwords.
#![allow(clippy::unwrap_used)]

use rjango_core::settings::PasswordValidator as Entry;

use super::*;

const ABOUT: [Attribute<'static>; 4] = [
    Attribute { name: "username", verbose_name: Cow::Borrowed("username"), value: "joesmith" },
    Attribute { name: "first_name", verbose_name: Cow::Borrowed("first name"), value: "Joe" },
    Attribute { name: "last_name", verbose_name: Cow::Borrowed("last name"), value: "Smith" },
    Attribute { name: "email", verbose_name: Cow::Borrowed("email address"), value: "jsm@rjango.example.com" },
];

fn problems(password: &str) -> Vec<String> {
    PasswordValidators::from_settings(&Settings::for_tests()).unwrap().problems(password, &ABOUT)
}

fn with(name: &str, options: &str) -> Result<PasswordValidators> {
    let mut settings = Settings::for_tests();
    settings.auth_password_validators =
        vec![Entry { name: format!("{PATH}{name}"), options: options.parse().unwrap() }];
    PasswordValidators::from_settings(&settings)
}

#[test]
fn every_problem_is_told_in_the_order_of_the_settings() {
    assert_eq!(
        problems("123456"),
        [
            "This password is too short. It must contain at least 8 characters.",
            "This password is too common.",
            "This password is entirely numeric.",
        ]
    );
    assert_eq!(problems("Password "), ["This password is too common."]);
    assert_eq!(problems("joesmith1"), ["The password is too similar to the username."]);
    assert_eq!(problems("rjango.example"), ["The password is too similar to the email address."]);
    assert!(problems("a long walk on the beach").is_empty());
}

#[test]
fn only_attributes_that_are_known_and_filled_are_compared() {
    let validators = PasswordValidators::from_settings(&Settings::for_tests()).unwrap();
    let empty = [Attribute { value: "", ..ABOUT[0].clone() }];
    assert!(validators.problems("joesmith1", &empty).is_empty());
    assert!(validators.problems("joesmith1", &[]).is_empty());
}

#[test]
fn a_short_name_does_not_spoil_a_long_password() {
    let joe = [Attribute { value: "jo", ..ABOUT[0].clone() }];
    let validators = PasswordValidators::from_settings(&Settings::for_tests()).unwrap();
    assert!(validators.problems("jojojojojojojojojojojo", &joe).is_empty());
}

#[test]
fn options_come_from_the_settings() {
    let one = with("MinimumLengthValidator", "min_length = 1").unwrap();
    assert_eq!(one.problems("", &[]), ["This password is too short. It must contain at least 1 character."]);
    assert_eq!(one.help_texts(), ["Your password must contain at least 1 character."]);
    let exact =
        with("UserAttributeSimilarityValidator", "max_similarity = 1\nuser_attributes = ['last_name']").unwrap();
    assert!(exact.problems("joesmith", &ABOUT).is_empty());
    assert_eq!(exact.problems("htims", &ABOUT), ["The password is too similar to the last name."]);
}

#[test]
fn a_wrong_entry_is_named() {
    let message = |name, options| with(name, options).err().unwrap().to_string();
    assert_eq!(
        message("Rot13Validator", ""),
        "`AUTH_PASSWORD_VALIDATORS` names `rjango.contrib.auth.password_validation.Rot13Validator`, and there is no such \
         password validator"
    );
    assert_eq!(
        message("MinimumLengthValidator", "min_length = -1"),
        "the option `min_length` of `rjango.contrib.auth.password_validation.MinimumLengthValidator` must be a number \
         of characters, found `-1`"
    );
    assert_eq!(
        message("NumericPasswordValidator", "min_length = 9"),
        "`rjango.contrib.auth.password_validation.NumericPasswordValidator` has no option `min_length`"
    );
}
