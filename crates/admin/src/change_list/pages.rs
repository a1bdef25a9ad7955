//! The pages of a list.

use rjango_http::QueryDict;
use serde::Serialize;

use super::query_string::QueryString;
use super::{ALL, PAGE};
use crate::options::Options;

/// A link to a page; without number and URL it stands for those left out.
#[derive(Debug, PartialEq, Serialize)]
pub(crate) struct PageLink {
    /// As text: a page writes a number in groups, where the site does.
    number: Option<String>,
    url: Option<String>,
    current: bool,
}

/// Which rows to read, and the links to the others.
pub(super) struct Pages {
    pub offset: u64,
    pub limit: Option<u64>,
    pub links: Vec<PageLink>,
    pub show_all_url: Option<String>,
}

/// The pages of so many rows; nothing where the query asks for one that does not exist.
pub(super) fn pages(rows: i64, options: &Options, string: &QueryString, parameters: &QueryDict) -> Option<Pages> {
    let rows = u64::try_from(rows).unwrap_or(0);
    let size = options.list_per_page;
    let last = rows.div_ceil(size).max(1);
    let current = match parameters.get(PAGE) {
        Some(text) => text.parse::<u64>().ok().filter(|page| (1..=last).contains(page))?,
        None => 1,
    };
    let may_show_all = rows <= options.list_max_show_all;
    if may_show_all && parameters.contains(ALL) {
        return Some(Pages { offset: 0, limit: None, links: Vec::new(), show_all_url: None });
    }
    let link = |number: Option<u64>| PageLink {
        number: number.map(|number| number.to_string()),
        url: number.map(|number| string.with(&[(PAGE, Some(&number.to_string()))])),
        current: number == Some(current),
    };
    let links = if last == 1 { Vec::new() } else { shown(current, last).into_iter().map(link).collect() };
    Some(Pages {
        offset: (current - 1) * size,
        limit: Some(size),
        links,
        show_all_url: (may_show_all && last > 1).then(|| string.with(&[(ALL, Some(""))])),
    })
}

/// The pages to link to: all of ten, else three on each side of the current one and two at each end: Django's
/// `get_elided_page_range`.
fn shown(current: u64, last: u64) -> Vec<Option<u64>> {
    const SIDE: u64 = 3;
    const END: u64 = 2;
    if last <= (SIDE + END) * 2 {
        return (1..=last).map(Some).collect();
    }
    let mut pages: Vec<Option<u64>> = Vec::new();
    if current > SIDE + END + 2 {
        pages.extend((1..=END).map(Some));
        pages.push(None);
        pages.extend((current - SIDE..=current).map(Some));
    } else {
        pages.extend((1..=current).map(Some));
    }
    if current < last - (SIDE + END) - 1 {
        pages.extend((current + 1..=current + SIDE).map(Some));
        pages.push(None);
        pages.extend((last - END + 1..=last).map(Some));
    } else {
        pages.extend((current + 1..=last).map(Some));
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::shown;

    fn text(current: u64, last: u64) -> String {
        let page = |page: Option<u64>| page.map_or_else(|| "…".to_owned(), |page| page.to_string());
        shown(current, last).into_iter().map(page).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn far_pages_are_left_out() {
        assert_eq!(text(1, 10), "1 2 3 4 5 6 7 8 9 10");
        assert_eq!(text(1, 50), "1 2 3 4 … 49 50");
        assert_eq!(text(25, 50), "1 2 … 22 23 24 25 26 27 28 … 49 50");
        assert_eq!(text(50, 50), "1 2 … 47 48 49 50");
    }
}
