//! How the digits of a number are grouped.

use super::kind::{Setting, raw_list};
use super::problem::Problem;
use super::value::{Data, Value};

/// How many digits the groups of a number have, from the right. The last size repeats; a number without sizes is not grouped.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct NumberGrouping(Vec<u32>);

impl NumberGrouping {
    /// Groups of these sizes. A size of 0 repeats the one before it; 0 alone makes no groups.
    pub fn new(sizes: impl IntoIterator<Item = u32>) -> Self {
        let sizes: Vec<u32> = sizes.into_iter().collect();
        Self(if sizes == [0] { Vec::new() } else { sizes })
    }

    /// The sizes, from the right.
    pub fn sizes(&self) -> &[u32] {
        &self.0
    }
}

impl Setting for NumberGrouping {
    const EXPECTS: &'static str = "an integer from 0 on, or a list of such integers";

    fn read(name: &str, value: &Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let parsed;
        let items = match &value.data {
            Data::Array(items) => items.as_slice(),
            Data::Raw(text) => {
                parsed = raw_list(name, text, value, problems)?;
                parsed.as_slice()
            }
            _ => std::slice::from_ref(value),
        };
        let sizes: Option<Vec<u32>> = items.iter().map(size).collect();
        if sizes.is_none() {
            problems.push(value.expected(name, Self::EXPECTS));
        }
        sizes.map(Self::new)
    }

    fn show(&self) -> toml::Value {
        let size = |size: &u32| toml::Value::Integer((*size).into());
        match self.0.as_slice() {
            [] => toml::Value::Integer(0),
            [one] => size(one),
            several => toml::Value::Array(several.iter().map(size).collect()),
        }
    }
}

fn size(value: &Value) -> Option<u32> {
    match &value.data {
        Data::Integer(number) => u32::try_from(*number).ok(),
        Data::Raw(text) | Data::String(text) => text.trim().parse().ok(),
        _ => None,
    }
}
