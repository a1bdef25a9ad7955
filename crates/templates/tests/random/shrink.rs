//! A case that differs, made as small as it differs.

use crate::case::Case;

/// The smallest case that still differs, so far as leaving out goes.
pub fn smallest(case: &Case, differs: &mut dyn FnMut(&Case) -> bool) -> Case {
    let mut best = case.clone();
    loop {
        let before = size(&best);
        whole_templates(&mut best, differs);
        for place in 0..best.templates.len() {
            runs_of_tokens(&mut best, place, differs);
            pairs_of_tokens(&mut best, place, differs);
            parts_of_tokens(&mut best, place, differs);
        }
        names(&mut best, differs);
        settings(&mut best, differs);
        if size(&best) == before {
            return best;
        }
    }
}

fn size(case: &Case) -> usize {
    case.text().len() + case.context.len() + case.templates.len()
}

fn keep(best: &mut Case, smaller: Case, differs: &mut dyn FnMut(&Case) -> bool) -> bool {
    let is_kept = differs(&smaller);
    if is_kept {
        *best = smaller;
    }
    is_kept
}

fn whole_templates(best: &mut Case, differs: &mut dyn FnMut(&Case) -> bool) {
    let mut place = 0;
    while place + 1 < best.templates.len() {
        let mut smaller = best.clone();
        smaller.templates.remove(place);
        if !keep(best, smaller, differs) {
            place += 1;
        }
    }
}

/// The tokens of a text, roughly: what is between braces, and what is between those.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let opening = ["{{", "{%", "{#"].iter().filter_map(|brace| rest.find(brace)).min();
        let end = match opening {
            Some(0) => {
                ["}}", "%}", "#}"].iter().filter_map(|brace| rest.find(brace)).min().map_or(rest.len(), |end| end + 2)
            }
            Some(end) => end,
            None => rest.len(),
        };
        let (token, behind) = rest.split_at(end);
        tokens.push(token);
        rest = behind;
    }
    tokens
}

fn with_text(case: &Case, place: usize, text: String) -> Case {
    let mut smaller = case.clone();
    smaller.templates[place].1 = text;
    smaller
}

fn runs_of_tokens(best: &mut Case, place: usize, differs: &mut dyn FnMut(&Case) -> bool) {
    let mut length = tokens(&best.templates[place].1).len() / 2;
    while length > 0 {
        let mut from = 0;
        loop {
            let text = best.templates[place].1.clone();
            let tokens = tokens(&text);
            if from + length > tokens.len() {
                break;
            }
            let left = [&tokens[..from], &tokens[from + length..]].concat().concat();
            if !keep(best, with_text(best, place, left), differs) {
                from += 1;
            }
        }
        length /= 2;
    }
}

/// A tag and what ends it.
fn pairs_of_tokens(best: &mut Case, place: usize, differs: &mut dyn FnMut(&Case) -> bool) {
    let mut first = 0;
    'first: loop {
        let text = best.templates[place].1.clone();
        let all = tokens(&text);
        if first >= all.len() {
            return;
        }
        if all[first].starts_with("{%") {
            for second in (first + 1..all.len()).filter(|at| all[*at].starts_with("{% end")) {
                let mut left = all.clone();
                left.remove(second);
                left.remove(first);
                if keep(best, with_text(best, place, left.concat()), differs) {
                    continue 'first;
                }
            }
        }
        first += 1;
    }
}

/// Filters, and words of tags.
fn parts_of_tokens(best: &mut Case, place: usize, differs: &mut dyn FnMut(&Case) -> bool) {
    for separator in ['|', ' ', '.'] {
        let mut at = 0;
        while let Some(found) = best.templates[place].1[at..].find(separator) {
            let text = &best.templates[place].1;
            let from = at + found;
            let next = text[from + 1..].find(['|', ' ', '}', '%']).map_or(text.len(), |end| from + 1 + end);
            let left = format!("{}{}", &text[..from], &text[next..]);
            if !keep(best, with_text(best, place, left), differs) {
                at = from + 1;
            }
        }
    }
}

fn names(best: &mut Case, differs: &mut dyn FnMut(&Case) -> bool) {
    let mut place = 0;
    while place < best.context.len() {
        let mut smaller = best.clone();
        smaller.context.remove(place);
        if !keep(best, smaller, differs) {
            place += 1;
        }
    }
}

fn settings(best: &mut Case, differs: &mut dyn FnMut(&Case) -> bool) {
    let plainer: [fn(&mut Case); 5] = [
        |case| case.autoescape = true,
        |case| case.invalid.clear(),
        |case| case.language = "en-us".to_owned(),
        |case| case.zone = "UTC".to_owned(),
        |case| case.grouped = false,
    ];
    for change in plainer {
        let mut smaller = best.clone();
        change(&mut smaller);
        keep(best, smaller, differs);
    }
}
