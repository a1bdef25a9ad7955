//! The name that a misspelt one probably means.

/// The choice nearest to `name`, if one is near: at most a third of the letters differ.
pub(crate) fn nearest<'a>(name: &str, choices: &[&'a str]) -> Option<&'a str> {
    let (distance, choice) = choices.iter().map(|choice| (strsim::damerau_levenshtein(name, choice), *choice)).min()?;
    (distance <= name.chars().count().div_ceil(3)).then_some(choice)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_swapped_letter_is_near_and_another_word_is_not() {
        assert_eq!(nearest("pirce", &["category", "name", "price"]), Some("price"));
        assert_eq!(nearest("weight", &["category", "name", "price"]), None);
    }
}
