//! The `Accept-Language` header, read as Django's `parse_accept_lang_header` reads it.

/// Languages with their weights, heaviest first, those of one weight in order. A malformed header gives none.
pub fn parse_accept_language(header: &str) -> Vec<(String, f64)> {
    // The bound is Django's, against headers made to be slow.
    let header = if header.len() > 500 {
        match header.char_indices().take_while(|(index, _)| *index <= 500).filter(|(_, c)| *c == ',').last() {
            Some((comma, _)) => &header[..comma],
            None => return Vec::new(),
        }
    } else {
        header
    };
    let mut languages = Vec::new();
    for piece in header.to_ascii_lowercase().split(',') {
        let piece = piece.trim();
        if piece.is_empty() {
            continue;
        }
        let (code, weight) = match piece.split_once(';') {
            None => (piece, Some(1.0)),
            Some((code, parameter)) => (code.trim_end(), weight(parameter)),
        };
        let Some(weight) = weight else { return Vec::new() };
        if !is_code(code) {
            return Vec::new();
        }
        languages.push((code.to_owned(), weight));
    }
    languages.sort_by(|(_, a), (_, b)| b.total_cmp(a));
    languages
}

/// `q=0.7`: at most three digits after the point, and at most 1.
fn weight(parameter: &str) -> Option<f64> {
    let number = parameter.trim().strip_prefix("q=")?;
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let fits = match whole {
        "0" => fraction.len() <= 3 && digits(fraction),
        "1" => fraction.len() <= 3 && fraction.bytes().all(|byte| byte == b'0'),
        _ => false,
    };
    if !fits {
        return None;
    }
    number.trim_end_matches('.').parse().ok()
}

/// `*`, or subtags of one to eight letters, digits in all but the first.
fn is_code(code: &str) -> bool {
    if code == "*" {
        return true;
    }
    let mut parts = code.split('-');
    let length = |part: &str| (1..=8).contains(&part.len());
    parts.next().is_some_and(|first| length(first) && first.bytes().all(|byte| byte.is_ascii_alphabetic()))
        && parts.all(|part| part == "*" || (length(part) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())))
}
