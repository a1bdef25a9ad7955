//! The order of a list: `?o=1.-2` sorts by the first column, then by the second from the end.

use rjango_orm::ModelMeta;
use rjango_orm::query::{Expression, Ordering, Path};
use serde::Serialize;

use super::ORDER;
use super::columns::Column;
use super::query_string::QueryString;
use crate::options::Options;

/// The head of a column.
#[derive(Debug, Serialize)]
pub(crate) struct Header {
    name: String,
    label: String,
    url: Option<String>,
    direction: Option<&'static str>,
}

/// An order, and the columns it is by: their places from 0, and whether descending.
pub(super) struct Order {
    pub terms: Vec<Ordering>,
    pub sorted: Vec<(usize, bool)>,
}

/// The order that is asked for, else the admin's, else the model's; rows that are equal in it come by primary key.
pub(super) fn ordering(meta: &ModelMeta, options: &Options, columns: &[Column<'_>], asked: Option<&str>) -> Order {
    let mut terms: Vec<Ordering> = Vec::new();
    for (place, descending) in asked.into_iter().flat_map(|asked| asked.split('.')).filter_map(column_number) {
        let column = columns.get(place).filter(|column| column.is_sortable());
        // A column that comes again orders nothing.
        if let Some(column) =
            column.filter(|column| !terms.iter().any(|term| path(term).as_ref() == Some(&column.name)))
        {
            terms.push(term(&column.name, descending));
        }
    }
    if terms.is_empty() {
        terms.clone_from(&options.ordering);
    }
    if terms.is_empty() {
        terms = meta.schema.ordering.iter().map(|name| named_term(name)).collect();
    }
    let place = |wanted: &Ordering| {
        columns.iter().position(|column| column.is_sortable() && path(wanted).as_deref() == Some(&column.name))
    };
    let sorted = terms.iter().filter_map(|term| Some((place(term)?, term.descending))).collect();
    if !terms.iter().any(|term| is_unique(meta, term)) {
        terms.push(term("pk", true));
    }
    Order { terms, sorted }
}

/// `2` and `-2` as the place from 0 and the direction.
fn column_number(text: &str) -> Option<(usize, bool)> {
    let (digits, descending) = text.strip_prefix('-').map_or((text, false), |digits| (digits, true));
    Some((digits.parse::<usize>().ok()?.checked_sub(1)?, descending))
}

fn named_term(name: &str) -> Ordering {
    name.strip_prefix('-').map_or_else(|| term(name, false), |name| term(name, true))
}

fn term(path: &str, descending: bool) -> Ordering {
    Ordering { by: crate::record::column(path), descending, nulls_first: None }
}

fn path(term: &Ordering) -> Option<String> {
    match &term.by {
        Expression::Column(Path(names)) => Some(names.join("__")),
        _ => None,
    }
}

fn is_unique(meta: &ModelMeta, term: &Ordering) -> bool {
    path(term).is_some_and(|path| {
        path == "pk" || meta.schema.field(&path).is_some_and(|field| field.primary_key || (field.unique && !field.null))
    })
}

/// The heads of the columns. A click sorts by the column first, and the other way round where it is first already.
pub(super) fn headers(columns: &[Column<'_>], sorted: &[(usize, bool)], string: &QueryString) -> Vec<Header> {
    let mut headers = Vec::with_capacity(columns.len());
    for (place, column) in columns.iter().enumerate() {
        let own = sorted.iter().find(|(known, _)| *known == place);
        let url = column.is_sortable().then(|| {
            let turned = own.is_some_and(|(_, descending)| !descending);
            let others = sorted.iter().filter(|(known, _)| *known != place);
            let others: &mut dyn Iterator<Item = &(usize, bool)> =
                if string.has_order() { &mut { others } } else { &mut std::iter::empty() };
            let numbers: Vec<String> = std::iter::once(&(place, turned))
                .chain(others)
                .map(|(place, descending)| format!("{}{}", if *descending { "-" } else { "" }, place + 1))
                .collect();
            string.with(&[(ORDER, Some(&numbers.join(".")))])
        });
        let direction = own.map(|(_, descending)| if *descending { "descending" } else { "ascending" });
        headers.push(Header { name: column.name.clone(), label: column.label.clone(), url, direction });
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::column_number;

    #[test]
    fn columns_count_from_one() {
        assert_eq!(["1", "-3", "0", "x", ""].map(column_number), [Some((0, false)), Some((2, true)), None, None, None]);
    }
}
