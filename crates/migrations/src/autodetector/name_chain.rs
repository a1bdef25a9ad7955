//! New names that depend on each other: chains (`A` becomes `B`, `B` becomes `C`) and circles (`A` and `B` swap).

use std::collections::{BTreeMap, BTreeSet};

/// Single steps that lead from the old names to the new ones, none of which meets a name that is still taken. A circle is
/// opened by a step to the name that `free` makes of one of its members.
pub(super) fn steps(mut pairs: Vec<(String, String)>, free: impl Fn(&str) -> String) -> Vec<(String, String)> {
    let mut steps = Vec::new();
    while !pairs.is_empty() {
        let open = pairs.iter().position(|(_, to)| !pairs.iter().any(|(from, _)| from == to));
        match open {
            Some(position) => steps.push(pairs.remove(position)),
            None => {
                let aside = free(&pairs[0].0);
                let from = std::mem::replace(&mut pairs[0].0, aside.clone());
                steps.push((from, aside));
            }
        }
    }
    steps
}

/// Of the renames that the source tells of, new name to old, those that are yet to be made.
///
/// A rename whose old name is gone, or whose new name is there already, was made by an earlier migration: its hint was left
/// in the source. A new name that is given away by another rename counts as not there. `fits` decides about a circle,
/// where all names are there before and after: whether the descriptions fit better once it is made.
pub(super) fn pending(
    mut told: BTreeMap<String, String>,
    is_there: impl Fn(&str) -> bool,
    fits: impl Fn(&[(&str, &str)]) -> bool,
) -> BTreeMap<String, String> {
    loop {
        let given_away: BTreeSet<String> = told.values().cloned().collect();
        let before = told.len();
        told.retain(|new, old| is_there(old) && (!is_there(new) || given_away.contains(new)));
        if told.len() == before {
            break;
        }
    }
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut refused: BTreeSet<String> = BTreeSet::new();
    for start in told.keys() {
        // Follows the old names; coming back to the start closes a circle.
        let mut members = Vec::new();
        let mut name = start;
        while seen.insert(name.clone()) {
            let Some((new, old)) = told.get_key_value(name) else {
                break;
            };
            members.push((old.as_str(), new.as_str()));
            name = old;
        }
        if name == start && !members.is_empty() && !fits(&members) {
            refused.extend(members.iter().map(|(_, new)| (*new).to_owned()));
        }
    }
    told.retain(|new, _| !refused.contains(new));
    told
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(pairs: &[(&str, &str)]) -> String {
        let pairs = pairs.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
        let steps = steps(pairs, |name| format!("{name}_"));
        steps.iter().map(|(from, to)| format!("{from}>{to}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn chain_starts_at_its_free_end() {
        assert_eq!(made(&[("a", "b"), ("b", "c")]), "b>c a>b");
    }

    #[test]
    fn circle_is_opened_by_a_name_aside() {
        assert_eq!(made(&[("a", "b"), ("b", "a")]), "a>a_ b>a a_>b");
        assert_eq!(made(&[("a", "b"), ("b", "c"), ("c", "a")]), "a>a_ c>a b>c a_>b");
    }

    fn left(told: &[(&str, &str)], there: &[&str], fits: bool) -> String {
        let told = told.iter().map(|(new, old)| ((*new).to_owned(), (*old).to_owned())).collect();
        let left = pending(told, |name| there.contains(&name), |_| fits);
        left.iter().map(|(new, old)| format!("{new}<{old}")).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn rename_that_was_made_is_not_pending() {
        assert_eq!(left(&[("b", "a")], &["a"], true), "b<a");
        assert_eq!(left(&[("b", "a")], &["b"], true), "");
        assert_eq!(left(&[("b", "a")], &["a", "b"], true), "");
        assert_eq!(left(&[("b", "a"), ("c", "b")], &["a", "b"], true), "b<a c<b");
        assert_eq!(left(&[("b", "a"), ("c", "b")], &["b", "c"], true), "");
    }

    #[test]
    fn circle_is_pending_where_it_fits() {
        assert_eq!(left(&[("b", "a"), ("a", "b")], &["a", "b"], true), "a<b b<a");
        assert_eq!(left(&[("b", "a"), ("a", "b")], &["a", "b"], false), "");
    }
}
