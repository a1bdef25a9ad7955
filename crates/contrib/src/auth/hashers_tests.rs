//! Hashes that Django 5.2.19 made, and the decisions around them.
#![allow(clippy::unwrap_used)]

use super::*;

static FAST: Pbkdf2Sha256 = Pbkdf2Sha256::with_iterations(10);
static SHA1: Pbkdf2Sha1 = Pbkdf2Sha1::with_iterations(10);

fn fast() -> Hashers {
    Hashers(vec![&FAST, &SHA1])
}

#[test]
fn encodes_what_django_encodes() {
    let sha256 = |password, salt| Pbkdf2Sha256::DEFAULT.encode(password, salt).unwrap();
    assert_eq!(
        sha256("letmein", "seasalt"),
        "pbkdf2_sha256$1000000$seasalt$kgw4DgrdIWz1meKsQaG4gxWmL4FdrFw34AxlPt/ksDg="
    );
    assert_eq!(
        sha256("lètmein", "iodizedsalt"),
        "pbkdf2_sha256$1000000$iodizedsalt$i4/+kof3ofiR4uLAN9X+mmhy0G7kBL3g+Gf0MQ9iEY0="
    );
    assert_eq!(
        Pbkdf2Sha1::DEFAULT.encode("letmein", "seasalt").unwrap(),
        "pbkdf2_sha1$1000000$seasalt$jy9yNt5J/6r+DtLI9gIWBmTBt8A="
    );
}

#[test]
fn a_password_longer_than_a_block_is_hashed_first() {
    let long = "x".repeat(100);
    assert_eq!(
        Pbkdf2Sha256::with_iterations(3).encode(&long, "seasalt").unwrap(),
        "pbkdf2_sha256$3$seasalt$nT33PtAlLbIrPrffucstez3THChX5uIHE0hS5nHFY24="
    );
    assert_eq!(
        Pbkdf2Sha1::with_iterations(3).encode(&long, "seasalt").unwrap(),
        "pbkdf2_sha1$3$seasalt$rQ+5b9LbhvBcRpg8QThxeE14n44="
    );
    let exactly = "x".repeat(64);
    assert_eq!(
        Pbkdf2Sha256::with_iterations(1).encode(&exactly, "seasalt").unwrap(),
        "pbkdf2_sha256$1$seasalt$wYjW7c18LL9LDgIc+afJstXJNSq5mlyK1gSe7a10Uas="
    );
}

#[test]
fn a_password_that_django_stored_is_recognised() {
    let stored = "pbkdf2_sha1$1000000$0CHEAfn5Y5C68Q6BjQszWz$vS7+faa6qfNwE1oPdLMNlkuP2s4=";
    assert!(SHA1.verify("lètmein", stored));
    assert!(!SHA1.verify("lètmeinz", stored));
}

#[test]
fn the_work_factor_changes_and_the_password_is_to_be_stored_anew() {
    let old = Pbkdf2Sha256::with_iterations(9).encode("letmein", &random_string(22)).unwrap();
    assert_eq!(fast().verify("letmein", &old), Verdict { correct: true, must_update: true });
    assert_eq!(fast().verify("wrong", &old), Verdict { correct: false, must_update: true });
    let today = fast().make(Some("letmein")).unwrap();
    assert_eq!(fast().verify("letmein", &today), Verdict { correct: true, must_update: false });
}

#[test]
fn a_weak_salt_or_another_algorithm_is_to_be_stored_anew() {
    assert!(FAST.must_update(&FAST.encode("letmein", "seasalt").unwrap()));
    let other = SHA1.encode("letmein", &random_string(22)).unwrap();
    assert_eq!(fast().verify("letmein", &other), Verdict { correct: true, must_update: true });
}

#[test]
fn an_unusable_password_matches_nothing() {
    let unusable = fast().make(None).unwrap();
    assert_eq!(unusable.len(), 41);
    assert!(!is_password_usable(&unusable));
    assert!(is_password_usable("") && is_password_usable("lètmein_badencoded"));
    for password in ["", &unusable, "lètmein"] {
        assert!(!fast().verify(password, &unusable).correct);
    }
}

#[test]
fn an_unknown_algorithm_matches_nothing_and_says_so_when_asked() {
    let stored = "scrypt$16384$seasalt$8$5$ECMIUp==";
    assert_eq!(fast().verify("lètmein", stored), Verdict { correct: false, must_update: false });
    let error = fast().identify(stored).err().unwrap();
    assert_eq!(error.to_string(), "unknown password hashing algorithm `scrypt`");
}

#[test]
fn what_is_no_hash_matches_nothing() {
    for stored in ["", "pbkdf2_sha256", "pbkdf2_sha256$$$", "pbkdf2_sha256$0$salt$", "pbkdf2_sha256$x$salt$aGk="] {
        assert!(!fast().verify("", stored).correct, "{stored}");
    }
}

#[test]
fn a_salt_must_be_able_to_stand_between_dollars() {
    assert!(FAST.encode("letmein", "").is_err());
    assert!(FAST.encode("letmein", "sea$salt").is_err());
}

#[test]
fn an_unknown_hasher_in_the_settings_is_named() {
    let mut settings = Settings::for_tests();
    assert_eq!(Hashers::from_settings(&settings).unwrap().preferred().algorithm(), "pbkdf2_sha256");
    settings.password_hashers = vec!["shop.hashers.Rot13".to_owned()];
    let error = Hashers::from_settings(&settings).err().unwrap();
    assert_eq!(
        error.to_string(),
        "`PASSWORD_HASHERS` names `shop.hashers.Rot13`, and there is no such password hasher"
    );
    settings.password_hashers = vec!["rjango.contrib.auth.hashers.Argon2PasswordHasher".to_owned()];
    assert!(Hashers::from_settings(&settings).is_err());
    settings.password_hashers.clear();
    assert!(Hashers::from_settings(&settings).is_err());
}
