//! A form's values into rows.

use chrono::{SubsecRound, Utc};
use rjango_core::{Error, Result};
use rjango_orm::execute;
use rjango_orm::query::{Assignment, Expression, Query};
use rjango_orm::sql::Columns;
use rjango_orm::{FieldValue, Models, Value, ValueType};
use rjango_schema::{FieldKind, FieldSchema, ModelSchema};

use super::Form;
use crate::record::{self, Record};

impl Form<'_> {
    /// Writes the row and what was chosen beside it, and gives the row as it is now. Run it in a transaction.
    ///
    /// # Errors
    /// `Integrity` where the database refuses.
    pub async fn save(&self) -> Result<Record> {
        let label = self.meta.schema.label();
        let pk = match &self.record {
            Some(record) => self.update(&label, record).await?,
            None => self.insert(&label).await?,
        };
        for (name, keys) in &self.chosen {
            let Some(field) = self.meta.schema.field(name) else { continue };
            choose(self.models, &self.meta.schema, field, &pk, keys).await?;
        }
        let saved = record::get(&label, pk).await?;
        saved.ok_or_else(|| Error::not_found(format!("the row of `{label}` is gone")))
    }

    async fn insert(&self, label: &str) -> Result<Value> {
        let fields: Vec<&FieldSchema> = self.meta.schema.concrete_fields().collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        let given = fields.iter().zip(self.registration.initial()).map(|(field, initial)| {
            self.values.get(&field.name).cloned().or_else(|| own_time(field, true)).unwrap_or(initial)
        });
        let mut keys = execute::insert(label, &names, vec![given.collect()], None).await?;
        Ok(keys.pop().unwrap_or(Value::Null))
    }

    async fn update(&self, label: &str, record: &Record) -> Result<Value> {
        let assignment =
            |name: &str, value: Value| Assignment { field: name.to_owned().into(), value: Expression::Value(value) };
        let mut assignments: Vec<Assignment> =
            self.values.iter().map(|(name, value)| assignment(name, value.clone())).collect();
        assignments.extend(
            self.meta
                .schema
                .concrete_fields()
                .filter_map(|field| Some(assignment(&field.name, own_time(field, false)?))),
        );
        if !assignments.is_empty() {
            let mut query = Query::new(label.to_owned());
            query.default_ordering = false;
            query.filters.push(record::equals("pk", record.pk().clone()));
            execute::update(&query, &assignments).await?;
        }
        let key = self.meta.schema.primary_key().and_then(|key| self.values.get(&key.name));
        Ok(key.unwrap_or(record.pk()).clone())
    }

    /// Tells the person what the database had against the row.
    pub fn add_refusal(&mut self, refusal: &Error) {
        let what = refusal.constraint().map(|name| format!(" ({name})")).unwrap_or_default();
        self.form_errors.push(format!("The database refused these values: they conflict with another row{what}."));
    }
}

/// The time of a field that sets itself.
fn own_time(field: &FieldSchema, adding: bool) -> Option<Value> {
    let now = Utc::now().trunc_subsecs(6);
    let (auto_now, auto_now_add, value) = match field.kind {
        FieldKind::Date { auto_now, auto_now_add } => (auto_now, auto_now_add, Value::Date(now.date_naive())),
        FieldKind::Time { auto_now, auto_now_add } => (auto_now, auto_now_add, Value::Time(now.time())),
        FieldKind::DateTime { auto_now, auto_now_add } => (auto_now, auto_now_add, Value::DateTime(now)),
        _ => return None,
    };
    (auto_now || (auto_now_add && adding)).then_some(value)
}

/// The join table of a many-to-many field: its label, and the fields that point at both ends.
struct Join {
    label: String,
    from: String,
    to: String,
    /// How the keys of the other end are read.
    to_type: ValueType,
    mirrored: bool,
}

fn join(models: &Models, schema: &ModelSchema, field: &FieldSchema) -> Result<Join> {
    let FieldKind::ManyToMany(relation) = &field.kind else {
        return Err(Error::improperly_configured(format!("`{}` is not a many-to-many field", field.name)));
    };
    let through = models.through(schema, field)?;
    let mut ends = through.schema.fields.iter().filter(|field| field.kind.relation().is_some());
    let from = ends.next().map(|field| field.name.clone()).unwrap_or_default();
    let to = ends.next().map(|field| field.name.clone()).unwrap_or_default();
    let key = models.require(&relation.to)?.schema.primary_key().map(|key| ValueType::of(&key.kind, |_| i64::TYPE));
    Ok(Join {
        label: through.schema.label(),
        from,
        to,
        to_type: key.unwrap_or(i64::TYPE),
        mirrored: relation.symmetrical && relation.to == schema.label(),
    })
}

/// The keys of the rows that a many-to-many field of a row has.
pub(super) async fn chosen(
    models: &Models,
    schema: &ModelSchema,
    field: &FieldSchema,
    pk: &Value,
) -> Result<Vec<Value>> {
    let join = join(models, schema, field)?;
    let mut query = Query::new(join.label);
    query.default_ordering = false;
    query.filters.push(record::equals(&join.from, pk.clone()));
    let rows = execute::fetch(&query, Columns::Expressions(&[(record::column(&join.to), join.to_type)])).await?;
    Ok(rows.into_iter().filter_map(|row| row.into_iter().next()).collect())
}

/// Gives a row's many-to-many field these rows and no others.
async fn choose(models: &Models, schema: &ModelSchema, field: &FieldSchema, pk: &Value, keys: &[Value]) -> Result<()> {
    let there = chosen(models, schema, field, pk).await?;
    let join = join(models, schema, field)?;
    let gone: Vec<Value> = there.iter().filter(|key| !keys.contains(key)).cloned().collect();
    let new: Vec<Value> = keys.iter().filter(|key| !there.contains(key)).cloned().collect();
    let mut ends = vec![(&join.from, &join.to)];
    if join.mirrored {
        ends.push((&join.to, &join.from));
    }
    for (from, to) in ends {
        if !gone.is_empty() {
            let mut query = Query::new(join.label.clone());
            query.default_ordering = false;
            query.filters.push(record::equals(from, pk.clone()));
            query.filters.push(record::is_in(to, gone.iter().cloned()));
            execute::delete(&query).await?;
        }
        if !new.is_empty() {
            let rows = new.iter().map(|key| vec![pk.clone(), key.clone()]).collect();
            execute::insert(&join.label, &[from, to], rows, None).await?;
        }
    }
    Ok(())
}
