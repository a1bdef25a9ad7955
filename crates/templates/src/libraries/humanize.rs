//! The filters of `humanize`: numbers and times in words.

mod numbers;
mod times;

use crate::filter::{Filter, Takes};

pub(super) const FILTERS: &[Filter] = &[
    Filter::new("apnumber", numbers::apnumber).safe(),
    Filter::new("intcomma", numbers::intcomma).takes(Takes::Optional).safe(),
    Filter::new("intword", numbers::intword),
    Filter::new("naturalday", times::naturalday).local().takes(Takes::Optional),
    Filter::new("naturaltime", times::naturaltime),
    Filter::new("ordinal", numbers::ordinal).safe(),
];
