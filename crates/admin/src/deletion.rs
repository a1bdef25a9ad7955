//! The plan of a deletion in words, before it happens: Django's `get_deleted_objects`.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use rjango_contrib::auth::CurrentUser;
use rjango_core::Result;
use rjango_orm::ModelMeta;
use rjango_orm::dynamic::Instance;
use rjango_orm::execute::{DeletionPlan, PlannedRows};
use serde::Serialize;

use crate::access::Access;
use crate::record;
use crate::registration::Registration;
use crate::words::{capitalized, filled, model_name, model_names, text};

/// What would go, and what stands against it.
#[derive(Debug, Default, Serialize)]
pub(crate) struct Deletion {
    /// Every row, as `Product: Coffee`.
    pub objects: Vec<String>,
    /// How many rows of each model.
    pub summary: Vec<Count>,
    /// Rows whose relation forbids it.
    pub protected: Vec<String>,
    /// Models whose rows the user may not delete.
    pub missing_permissions: Vec<String>,
}

/// How many rows of a model.
#[derive(Debug, Serialize)]
pub(crate) struct Count {
    label: String,
    count: usize,
}

/// What a page says before the lists, in Django's words.
pub(crate) struct Sentences {
    /// Where rows forbid it.
    pub protected: &'static str,
    /// Where the user may not delete rows that go along.
    pub forbidden: &'static str,
    /// Where nothing stands against it.
    pub question: &'static str,
}

impl Deletion {
    /// The sentence that stands before the rows.
    pub fn sentence(&self, sentences: &Sentences, values: &[(&str, &str)]) -> String {
        let sentence = match () {
            () if !self.protected.is_empty() => sentences.protected,
            () if !self.missing_permissions.is_empty() => sentences.forbidden,
            () => sentences.question,
        };
        filled(sentence, values)
    }

    /// Whether nothing stands against it.
    pub fn is_allowed(&self) -> bool {
        self.protected.is_empty() && self.missing_permissions.is_empty()
    }

    /// A plan in words for this user.
    pub async fn of(user: &CurrentUser, plan: &DeletionPlan) -> Result<Self> {
        let mut deletion = Self::default();
        let mut counts: BTreeMap<String, (Arc<ModelMeta>, usize)> = BTreeMap::new();
        let mut seen = HashSet::new();
        for rows in plan.rows() {
            let meta = rows.meta();
            for row in read(rows).await? {
                if seen.insert((meta.schema.label(), row.pk().to_string())) {
                    deletion.objects.push(sentence(meta, &row));
                    counts.entry(meta.schema.label()).or_insert_with(|| (Arc::clone(meta), 0)).1 += 1;
                }
            }
        }
        for rows in plan.objections() {
            for row in read(rows).await? {
                deletion.protected.push(sentence(rows.meta(), &row));
            }
        }
        for (label, (meta, count)) in counts {
            deletion.summary.push(Count { label: capitalized(&names(&meta).1), count });
            // As in Django, rows of models that are not in the admin go without a question.
            if Registration::find(&label).is_some() && !Access::of(user, &meta.schema).await?.delete {
                deletion.missing_permissions.push(names(&meta).0);
            }
        }
        Ok(deletion)
    }
}

async fn read(rows: &PlannedRows) -> Result<Vec<Instance>> {
    let mut found = Vec::new();
    for query in rows.queries() {
        found.append(&mut record::fetch(&query).await?);
    }
    Ok(found)
}

fn sentence(meta: &ModelMeta, row: &Instance) -> String {
    format!("{}: {}", capitalized(&names(meta).0), row.display())
}

/// The model's names for people. A join table is a relationship.
fn names(meta: &ModelMeta) -> (String, String) {
    if !meta.auto_created {
        return (model_name(&meta.schema), model_names(&meta.schema));
    }
    let ends: Vec<String> = meta.schema.fields.iter().skip(1).map(|field| text(&field.verbose_name())).collect();
    let (from, to) = (ends.first().map_or("", String::as_str), ends.get(1).map_or("", String::as_str));
    let values = [("from", from), ("to", to)];
    (filled("%(from)s-%(to)s relationship", &values), filled("%(from)s-%(to)s relationships", &values))
}
