//! Random text for keys and tokens, from the operating system's generator.

/// The letters of Django's `get_random_string`.
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
/// The letters of Django's `get_random_secret_key`.
const SECRET_KEY_LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)";

/// A random text over `a-zA-Z0-9`: Django's `get_random_string`.
pub fn random_string(length: usize) -> String {
    random_string_of(length, LETTERS)
}

/// A random text over these ASCII letters, each as likely as the others.
///
/// # Panics
/// Where there are no letters or more than 256, or where the operating system has no random bytes to give.
pub fn random_string_of(length: usize, letters: &str) -> String {
    let letters = letters.as_bytes();
    assert!((1..=256).contains(&letters.len()) && letters.is_ascii(), "1 to 256 ASCII letters are needed");
    let mask = letters.len().next_power_of_two() - 1;
    let mut text = String::with_capacity(length);
    let mut bytes = [0; 64];
    while text.len() < length {
        // Nothing secret can be made without it, and no caller could go on: a worse key would be no key.
        getrandom::fill(&mut bytes).expect("the operating system gives random bytes");
        // A byte beyond the letters is dropped rather than folded, so that no letter is likelier than another.
        let drawn = bytes.iter().filter_map(|&byte| letters.get(usize::from(byte) & mask));
        text.extend(drawn.take(length - text.len()).map(|&letter| char::from(letter)));
    }
    text
}

/// A value for `SECRET_KEY`: 50 letters, as Django's `get_random_secret_key`.
pub fn random_secret_key() -> String {
    random_string_of(50, SECRET_KEY_LETTERS)
}
