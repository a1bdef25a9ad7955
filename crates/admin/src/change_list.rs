//! A model's list as data: which rows, in which order, on which page, and what stands around them: Django's
//! `ChangeList`. The view shows it.

mod columns;
mod filters;
mod lookups;
mod ordering;
mod pages;
mod query_string;
mod search;

use rjango_core::{Error, ErrorKind, Result};
use rjango_http::{QueryDict, RequestState};
use rjango_orm::dynamic::Instance;
use rjango_orm::query::{Condition, Path, Query};
use rjango_orm::{ModelMeta, Models, execute};
use serde::Serialize;

use crate::access::Access;
use crate::object_url::{object_url, with_kept_filters};
use crate::record;
use crate::registration::Registration;
use crate::words::braced;

pub(crate) use columns::Cell;
use columns::Column;
pub(crate) use filters::Filter;
pub(crate) use ordering::Header;
pub(crate) use pages::PageLink;
use query_string::QueryString;
pub(crate) use search::WORDS;

/// The parameter of "Show all".
const ALL: &str = "all";
/// The parameter of the order.
const ORDER: &str = "o";
/// The parameter of the page, from 1.
const PAGE: &str = "p";
/// The parameter of the search.
const SEARCH: &str = "q";
/// The parameter that says that the last query made no sense.
pub(crate) const ERROR: &str = "e";

/// How many lookups a query string has at most.
const LOOKUPS: usize = 32;

/// Parameters that are not lookups.
const RESERVED: [&str; 6] = [ALL, ORDER, PAGE, SEARCH, ERROR, crate::object_url::KEPT_FILTERS];

/// Why there is no list.
pub(crate) enum Refused {
    /// The query string makes no sense: Django's `IncorrectLookupParameters`.
    Incorrect,
    /// Anything else.
    Failed(Error),
}

impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// One row of the page.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pk: String,
    /// What the check box is for.
    select_label: String,
    url: Option<String>,
    cells: Vec<Cell>,
}

/// What the page of a list shows.
#[derive(Debug, Serialize)]
pub(crate) struct ChangeList {
    pub searchable: bool,
    pub query: String,
    pub search_hidden: Vec<(String, String)>,
    pub result_count: i64,
    pub full_count: i64,
    pub headers: Vec<Header>,
    pub rows: Vec<Row>,
    pub pages: Vec<PageLink>,
    pub show_all_url: Option<String>,
    pub filters: Vec<Filter>,
    /// Whether the search has more words than were looked for.
    pub search_is_cut: bool,
    pub filtered: bool,
    pub clear_filters_url: String,
}

/// The rows that the query string asks for, all pages of them.
pub(crate) fn matching(models: &Models, registration: &Registration, parameters: &QueryDict) -> Result<Query, Refused> {
    let (meta, options) = (models.require(&registration.schema().label())?, registration.options());
    let mut query = Query::new(meta.schema.label());
    query.default_ordering = false;
    let mut seen: Vec<&str> = Vec::new();
    for (key, _) in parameters.iter() {
        if RESERVED.contains(&key) || seen.contains(&key) {
            continue;
        }
        seen.push(key);
        if seen.len() > LOOKUPS {
            return Err(Refused::Incorrect);
        }
        let lookup = lookups::parse(models, meta, key).ok_or(Refused::Incorrect)?;
        if !lookup.is_allowed(options, registration.user().is_some()) {
            return Err(Error::bad_request(format!("filtering by `{key}` is not allowed")).into());
        }
        let given = parameters.get_all(key).take(lookups::VALUES + 1);
        let any: Option<Vec<Condition>> = given.map(|text| lookup.condition(models, meta, text)).collect();
        query.filters.push(match any.filter(|any| any.len() <= lookups::VALUES).ok_or(Refused::Incorrect)? {
            mut one if one.len() == 1 => one.swap_remove(0),
            any => Condition::Any(any),
        });
        query.distinct |= lookup.many;
    }
    if !options.search_fields.is_empty()
        && let Some(condition) = search::condition(&options.search_fields, parameters.get(SEARCH).unwrap_or_default())
    {
        query.filters.push(condition);
        query.distinct |= options.search_fields.iter().any(|path| lookups::is_many(models, meta, path));
    }
    Ok(query)
}

impl ChangeList {
    /// The list that a request asks for.
    pub async fn of(request: &RequestState, registration: &Registration, access: Access) -> Result<Self, Refused> {
        let models = request.site().require::<Models>()?;
        let meta = models.require(&registration.schema().label())?;
        let (options, parameters) = (registration.options(), request.query());
        let mut query = matching(models, registration, parameters)?;
        let filtered = !query.filters.is_empty();
        let columns = columns::columns(models, meta, options)?;
        let order = ordering::ordering(meta, options, &columns, parameters.get(ORDER));
        query.ordering = order.terms;

        // A database may refuse what strangers ask, an expression that is not one for instance.
        let result_count = match execute::count(&query).await {
            Err(error) if filtered && is_refusal(&error) => {
                let label = meta.schema.label();
                tracing::warn!(target: "rjango.request", "the list of `{label}` cannot be asked so: {error}");
                return Err(Refused::Incorrect);
            }
            counted => counted?,
        };
        let full_count = if filtered { execute::count(&Query::new(meta.schema.label())).await? } else { result_count };
        let string = QueryString::of(parameters);
        let pages = pages::pages(result_count, options, &string, parameters).ok_or(Refused::Incorrect)?;
        query.offset = pages.offset;
        query.limit = pages.limit;
        query.select_related = columns.iter().filter_map(Column::related).map(Path).collect();

        let kept = string.kept();
        let mut rows = Vec::new();
        for record in record::fetch(&query).await? {
            rows.push(row(registration, &columns, &record, access, &kept)?);
        }
        let mut filters = Vec::new();
        for path in &options.list_filter {
            filters.extend(filters::filter(models, meta, path, parameters, &string).await?);
        }
        Ok(Self {
            searchable: !options.search_fields.is_empty(),
            query: parameters.get(SEARCH).unwrap_or_default().to_owned(),
            search_hidden: string.hidden(),
            result_count,
            full_count,
            headers: ordering::headers(&columns, &order.sorted, &string),
            rows,
            pages: pages.links,
            show_all_url: pages.show_all_url,
            filters,
            search_is_cut: search::is_too_long(parameters.get(SEARCH).unwrap_or_default()),
            filtered: string.has_lookups(),
            clear_filters_url: string.without_lookups(),
        })
    }
}

/// Whether the database refused the query itself, rather than being away.
fn is_refusal(error: &Error) -> bool {
    matches!(error.kind(), ErrorKind::Database | ErrorKind::Validation | ErrorKind::Other)
}

fn row(
    registration: &Registration,
    columns: &[Column<'_>],
    record: &Instance,
    access: Access,
    kept: &str,
) -> Result<Row> {
    let url = match access.view {
        true => Some(with_kept_filters(object_url(registration, "change", record.pk())?, kept)),
        false => None,
    };
    let cells = columns.iter().map(|column| column.cell(record)).collect();
    let select_label = braced("Select this object for an action - {}", &[("object", &record.display())]);
    Ok(Row { pk: record.pk().to_string(), select_label, url, cells })
}

/// The model at the start of a list, for those who make conditions.
type Start<'a> = &'a ModelMeta;
