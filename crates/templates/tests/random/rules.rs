//! Where the two differ on purpose, and why. A rule is about what a case holds, never about a seed.

use crate::case::{Case, Page};
use crate::django::Version;

/// Why a case is not asked.
pub fn why_not_asked(case: &Case, version: Version) -> Option<&'static str> {
    let text = case.text();
    let has = |part: &str| text.contains(part);
    let close = text.replace(' ', "");
    if close.contains("|random") {
        return Some("two chances do not agree");
    }
    // DIFFERENCE: what a mapping's methods give are lists here, and views in Python.
    let walked = text.replace("in m.items ", "");
    if [".items", ".keys", ".values"].iter().any(|method| walked.contains(method)) {
        return Some("views of mappings are lists");
    }
    if close.contains("')|") || close.contains("\")|") {
        // DIFFERENCE: `_(..)` is safe text here. In Django it is a lazy one, which some filters take for unsafe; and in a tag a
        // filter behind it ends the reading with an exception.
        return Some("a lazy text is not text");
    }
    if ["linebreaks:", "linebreaksbr:", "linenumbers:", "urlize:", "unordered_list:"].iter().any(|filter| has(filter)) {
        // DIFFERENCE: Django reads an argument of these filters, and fails where the page comes to them. Here it is a mistake at once.
        return Some("an argument that is for Django itself");
    }
    if close.contains("forloop}}") || close.contains("parentloop}}") {
        // DIFFERENCE: `forloop.length` is there, as from Django 6.0 on; a loop that is printed whole shows it.
        return Some("a loop is printed");
    }
    if has("get_language_info ") && has("{% language") {
        // DIFFERENCE: the name is in the language of the tag. In Django it is a lazy text, in the language of where it is printed.
        return Some("a lazy text is printed in another language");
    }
    if text.split("{%").any(|tag| {
        let tag = tag.split("%}").next().unwrap_or_default();
        tag.contains("if ") && tag.contains("_(") && tag.contains("in ")
    }) {
        // DIFFERENCE: `_(..)` is text here, and Python does not look for a lazy one in a text.
        return Some("a lazy text is looked for");
    }
    if version == Version::V6_1 && has("center:") {
        // DIFFERENCE: an odd space stands on the left or on the right, as in Django 5.2. Django 6.1 puts it on the right always.
        return Some("an odd space in the middle");
    }
    if ["utc", "localtime", "timezone:"].iter().any(|zone| close.contains(&format!("|{zone}")))
        && ["pprint", "stringformat", "make_list"].iter().any(|shown| has(shown))
    {
        // DIFFERENCE: what these filters make is a moment. In Django it is of a class of its own, whose name Python's `repr` shows.
        return Some("the class of a moment");
    }
    if ["row", "request", "objects"].iter().any(|name| close.contains(&format!("{name}|json_script"))) {
        // DIFFERENCE: a project's own object is a text, or what it says of itself, in JSON. Django refuses.
        return Some("an object as JSON");
    }
    if !case.context.iter().any(|(name, _)| name == "request") {
        // Only a case that is made smaller has none.
        return Some("a page without a request");
    }
    if version == Version::V6_1 && has("ordinal") && (case.language != "en-us" || has("{% language")) {
        // DIFFERENCE: 1 has the text of 21 and 101 where a catalog has none for it, as in Django 5.2. Django 6.1 says it in English.
        return Some("the first");
    }
    if has("querystring") && (has("truncatechars_html") || has("truncatewords_html")) {
        // DIFFERENCE: as in `why_different`: a query is a text with an `&` near its end.
        return Some("a text that Django loses");
    }
    if close.contains("=_(") {
        // DIFFERENCE: as above: under another name it is still a lazy text in Django.
        return Some("a lazy text is not text");
    }
    if text
        .split("{%")
        .any(|tag| tag.split("%}").next().is_some_and(|tag| tag.contains("if ") && tag.contains("_html:")))
    {
        // DIFFERENCE: as in `why_different`, where the page does not show the text.
        return Some("a text that Django loses");
    }
    let methods =
        [".upper", ".lower", ".title", ".capitalize", ".swapcase", ".strip", ".split", ".lstrip", ".is", ".splitlines"];
    if has("bytes") && methods.iter().any(|method| has(method)) {
        // DIFFERENCE: bytes have places, and no methods.
        return Some("a method of bytes");
    }
    if version == Version::V6_1 && has("intcomma") {
        // DIFFERENCE: a text with a fraction gets commas, as in Django 5.2. Django 6.1 writes it in the language's way.
        return Some("a fraction in a text");
    }
    if has("r U'") && case.zone != "Europe/Berlin" && case.json().to_string().contains("T02:30:00\"") {
        // DIFFERENCE: a time without a zone that the site's clocks show twice is one of the site's. Django takes it for one of the
        // visitor's zone here, and for one of the site's in every other letter.
        return Some("a time that is there twice");
    }
    if has("count n=f") {
        // DIFFERENCE: Python's catalogs have forms for fractions, and refuse infinity. Here a fraction is never one.
        return Some("a fraction is counted");
    }
    None
}

/// Why the pages of a case may differ.
pub fn why_different(case: &Case, ours: &Page, theirs: &Page) -> Option<&'static str> {
    if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
        let text = case.text();
        if (text.contains("truncatechars_html") || text.contains("truncatewords_html")) && is_lost(ours, theirs) {
            // DIFFERENCE: where an `&` without a `;` or a space behind it stands near the end of a text, Django loses the text. Here it
            // is kept.
            return Some("a text that Django loses");
        }
        return None;
    }
    let error = theirs.as_ref().err()?;
    if error.contains("cannot convert float") && case.text().contains("count n=") {
        // DIFFERENCE: Python's catalogs refuse infinity and NaN. Here what is not whole is never one.
        return Some("a fraction is counted");
    }
    if error.contains("Object of type R") && error.contains("is not JSON serializable") {
        // DIFFERENCE: a project's own object is a text, or what it says of itself, in JSON. Django refuses.
        return Some("an object as JSON");
    }
    None
}

/// Whether one page is the other one without a part that has an `&` or its escape in it.
fn is_lost(whole: &str, rest: &str) -> bool {
    let Some(lost) = whole.len().checked_sub(rest.len()) else { return false };
    let start = whole.bytes().zip(rest.bytes()).take_while(|(one, other)| one == other).count();
    let (Some(part), Some(end)) = (whole.get(start..start + lost), whole.get(start + lost..)) else { return false };
    lost > 0 && part.contains('&') && rest.get(start..) == Some(end)
}
