//! What a deletion would take along, before it happens: Django's `get_deleted_objects`.

use std::collections::{BTreeMap, HashSet, VecDeque};

use rjango_contrib::auth::CurrentUser;
use rjango_core::Result;
use rjango_orm::query::Query;
use rjango_orm::{ModelMeta, Models, Value};
use rjango_schema::OnDelete;
use serde::Serialize;

use crate::access::Access;
use crate::page::capitalized;
use crate::record::{self, Record};
use crate::registration::Registration;

/// Keys in one query.
const CHUNK: usize = 500;

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

impl Deletion {
    /// Whether nothing stands against it.
    pub fn is_allowed(&self) -> bool {
        self.protected.is_empty() && self.missing_permissions.is_empty()
    }

    /// What deleting the rows of a model with these keys would do.
    pub async fn of(models: &Models, user: &CurrentUser, label: &str, keys: Vec<Value>) -> Result<Self> {
        let mut walk =
            Walk { models, seen: HashSet::new(), found: Vec::new(), protected: Vec::new(), restricted: Vec::new() };
        walk.run(models.require(label)?, keys).await?;
        walk.into_deletion(user).await
    }
}

struct Walk<'a> {
    models: &'a Models,
    seen: HashSet<(String, String)>,
    found: Vec<(&'a ModelMeta, Record)>,
    protected: Vec<(&'a ModelMeta, Record)>,
    /// Rows that must themselves be among the deleted ones.
    restricted: Vec<(&'a ModelMeta, Record)>,
}

impl<'a> Walk<'a> {
    async fn run(&mut self, meta: &'a ModelMeta, keys: Vec<Value>) -> Result<()> {
        let mut queue = VecDeque::from([(meta, self.new_rows(meta, "pk", &keys).await?)]);
        while let Some((meta, keys)) = queue.pop_front() {
            if keys.is_empty() {
                continue;
            }
            let label = meta.schema.label();
            for referring in self.models.iter() {
                for field in &referring.schema.fields {
                    let Some(relation) = field.kind.relation().filter(|relation| relation.to == label) else {
                        continue;
                    };
                    match relation.on_delete {
                        OnDelete::Cascade => {
                            let rows = self.new_rows(referring, &field.name, &keys).await?;
                            queue.push_back((referring, rows));
                        }
                        OnDelete::Protect => {
                            let rows = rows(referring, &field.name, &keys).await?;
                            self.protected.extend(rows.into_iter().map(|row| (referring, row)));
                        }
                        OnDelete::Restrict => {
                            let rows = rows(referring, &field.name, &keys).await?;
                            self.restricted.extend(rows.into_iter().map(|row| (referring, row)));
                        }
                        OnDelete::SetNull | OnDelete::SetDefault | OnDelete::DoNothing => {}
                    }
                }
            }
        }
        Ok(())
    }

    /// The keys of rows that were not found before.
    async fn new_rows(&mut self, meta: &'a ModelMeta, path: &str, keys: &[Value]) -> Result<Vec<Value>> {
        let mut new = Vec::new();
        for row in rows(meta, path, keys).await? {
            if self.seen.insert(place(meta, &row)) {
                new.push(row.pk().clone());
                self.found.push((meta, row));
            }
        }
        Ok(new)
    }

    async fn into_deletion(self, user: &CurrentUser) -> Result<Deletion> {
        let Self { seen, found, mut protected, restricted, .. } = self;
        protected.extend(restricted.into_iter().filter(|(meta, row)| !seen.contains(&place(meta, row))));
        let mut deletion = Deletion {
            objects: found.iter().map(|(meta, row)| sentence(meta, row)).collect(),
            protected: protected.iter().map(|(meta, row)| sentence(meta, row)).collect(),
            ..Deletion::default()
        };
        let mut counts: BTreeMap<String, (&ModelMeta, usize)> = BTreeMap::new();
        for (meta, _) in &found {
            counts.entry(meta.schema.label()).or_insert((meta, 0)).1 += 1;
        }
        for (label, (meta, count)) in counts {
            deletion.summary.push(Count { label: capitalized(&names(meta).1), count });
            // As in Django, rows of models that are not in the admin go without a question.
            if Registration::find(&label).is_some() && !Access::of(user, &meta.schema).await?.delete {
                deletion.missing_permissions.push(names(meta).0);
            }
        }
        Ok(deletion)
    }
}

async fn rows(meta: &ModelMeta, path: &str, keys: &[Value]) -> Result<Vec<Record>> {
    let mut found = Vec::new();
    for chunk in keys.chunks(CHUNK) {
        let mut query = Query::new(meta.schema.label());
        query.filters.push(record::is_in(path, chunk.iter().cloned()));
        found.extend(record::fetch(&query).await?);
    }
    Ok(found)
}

fn place(meta: &ModelMeta, row: &Record) -> (String, String) {
    (meta.schema.label(), row.pk().to_string())
}

fn sentence(meta: &ModelMeta, row: &Record) -> String {
    format!("{}: {}", capitalized(&names(meta).0), row.display())
}

/// The model's names for people. A join table is a relationship.
fn names(meta: &ModelMeta) -> (String, String) {
    if !meta.auto_created {
        return (meta.schema.verbose_name(), meta.schema.verbose_name_plural());
    }
    let ends: Vec<String> = meta.schema.fields.iter().skip(1).map(rjango_schema::FieldSchema::verbose_name).collect();
    let name = format!("{} relationship", ends.join("-"));
    (name.clone(), format!("{name}s"))
}
