//! The nearest known name: near enough to be meant, or none.

use rjango_core::nearest;

fn check(wrong: &str, expected: Option<&str>) {
    assert_eq!(nearest(wrong, ["name", "price", "category", "created"]), expected, "{wrong}");
}

#[test]
fn a_slip_finds_its_name() {
    check("pirce", Some("price"));
    check("PRICE", Some("price"));
    check("categorys", Some("category"));
    check("nam", Some("name"));
}

#[test]
fn what_is_far_finds_none() {
    check("x", None);
    check("", None);
    check("weight", None);
}

#[test]
fn the_first_of_equals_wins() {
    assert_eq!(nearest("abcx", ["abca", "abcb"]), Some("abca"));
    assert_eq!(nearest("anything", []), None);
}
