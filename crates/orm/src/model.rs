//! What the derive gives each model, and the registry of all models of a site.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use rjango_core::{Error, Result, Site};
use rjango_schema::{
    DEFAULT_USER_MODEL, FieldKind, FieldSchema, ManyToManySchema, ModelSchema, OnDelete, RelationSchema, USER_MODEL,
    table_name,
};

use crate::objects::{MethodCall, ModelMethod};
use crate::query::Path;
use crate::typed::Place;
use crate::{ModelField, Slot, Value};

/// A struct whose fields are columns: a model, or an abstract base that models flatten into themselves.
///
/// The derive writes this implementation; it is thin on purpose, the work is done once in the library.
pub trait Record: Clone + Default + Send + Sync + Sized + 'static {
    /// The struct's field accessors, as `q!` and `f!` use them, at the place `P`.
    type Fields<P: Place>;

    /// The accessors, `path` away from the query's model.
    fn fields<P: Place>(path: Path) -> Self::Fields<P>;

    /// An instance from the values of [`ModelSchema::concrete_fields`], in that order.
    ///
    /// # Errors
    /// `Validation` where a value does not fit its field's Rust type.
    fn from_values(values: &mut std::vec::IntoIter<Value>) -> Result<Self>;

    /// Adds every field, in the order of [`ModelSchema::fields`].
    fn slots<'a>(&'a self, out: &mut Vec<&'a dyn Slot>);

    /// As [`Record::slots`], to change.
    fn slots_mut<'a>(&'a mut self, out: &mut Vec<&'a mut dyn Slot>);
}

/// A struct with `#[derive(Model)]`: a table of the database.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model",
    label = "this must be a struct with `#[derive(Model)]`",
    note = "an abstract base (`#[model(abstract)]`) has no table: query the models that flatten it"
)]
pub trait Model: Record {
    /// The primary key's Rust type.
    type Pk: ModelField;

    /// The model's description and hooks, the same for the whole process.
    fn entry() -> &'static ModelEntry;

    /// The values of [`ModelSchema::concrete_fields`], in that order. A primary key that the database has yet to give
    /// is [`Value::Null`].
    fn values(&self) -> Vec<Value> {
        let mut slots = Vec::new();
        self.slots(&mut slots);
        slots.into_iter().filter(|slot| slot.is_concrete()).map(Slot::value).collect()
    }

    /// The primary key's value, [`Value::Null`] before the first save.
    fn pk_value(&self) -> Value {
        let mut slots = Vec::new();
        self.slots(&mut slots);
        slots.get(Self::entry().pk_index()).map_or(Value::Null, |slot| slot.value())
    }

    /// Takes the primary key that the database gave, and lets the many-to-many fields know.
    ///
    /// # Errors
    /// `Validation` where the value does not fit.
    fn set_pk_value(&mut self, value: Value) -> Result<()> {
        let mut slots = Vec::new();
        self.slots_mut(&mut slots);
        if let Some(slot) = slots.get_mut(Self::entry().pk_index()) {
            slot.assign(value.clone())?;
        }
        if Self::entry().schema().many_to_many().next().is_none() {
            return Ok(());
        }
        for (slot, field) in slots.iter_mut().zip(&Self::entry().schema().fields) {
            slot.bind(Self::entry(), &field.name, &value);
        }
        Ok(())
    }
}

/// A model with `#[model(user)]`: its rows are users. AUTH_USER_MODEL names the one of a site.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a model of users",
    label = "this must be a model with `#[model(user)]`"
)]
pub trait UserModel: Model {}

/// A model of the compiled program, registered by the derive through `inventory`.
pub struct ModelEntry {
    /// Makes the label, `app.Model`, without making the description.
    pub label: fn() -> String,
    /// Makes the description; called once, see [`ModelEntry::schema`].
    pub describe: fn() -> ModelSchema,
    /// An instance's `Display` from its concrete values, where the struct has one.
    pub display: fn(Vec<Value>) -> Option<String>,
    /// The description once made.
    pub cache: OnceLock<Arc<ModelSchema>>,
}

inventory::collect!(&'static ModelEntry);

impl ModelEntry {
    /// An entry whose description is made when first asked for.
    pub const fn new(
        label: fn() -> String,
        describe: fn() -> ModelSchema,
        display: fn(Vec<Value>) -> Option<String>,
    ) -> Self {
        Self { label, describe, display, cache: OnceLock::new() }
    }

    /// The description.
    pub fn schema(&self) -> &Arc<ModelSchema> {
        self.cache.get_or_init(|| Arc::new((self.describe)()))
    }

    /// Where the primary key stands among [`ModelSchema::fields`].
    pub fn pk_index(&self) -> usize {
        self.schema().fields.iter().position(|field| field.primary_key).unwrap_or(0)
    }

    /// Every model of the compiled program, the framework's own included, in no particular order.
    pub fn all() -> impl Iterator<Item = &'static ModelEntry> {
        inventory::iter::<&'static ModelEntry>.into_iter().copied()
    }
}

/// The way back over a relation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReverseRelation {
    /// The name in lookups: the related name, or the referring model's lower-case name.
    pub query_name: String,
    /// The name on instances: the related name, or `model_set` (`model` for a one-to-one).
    pub accessor: String,
    /// The referring model's label.
    pub model: String,
    /// The referring field's name.
    pub field: String,
    /// Whether at most one row refers: a one-to-one.
    pub single: bool,
    /// Whether the referring field is a many-to-many one.
    pub many_to_many: bool,
}

/// A model of a site: its description and the relations that point at it.
#[derive(Clone)]
pub struct ModelMeta {
    /// The description.
    pub schema: Arc<ModelSchema>,
    /// The ways back, in the order of the referring labels and fields.
    pub reverse: Vec<ReverseRelation>,
    /// The compiled model, where there is one: not in the toolchain, not for an automatic join table.
    pub entry: Option<&'static ModelEntry>,
    /// Whether it is the join table of a many-to-many field, made automatically.
    pub auto_created: bool,
    /// The methods that `#[methods]` registers, by name.
    pub methods: Vec<ModelMethod>,
}

impl ModelMeta {
    /// A model without its ways back.
    fn new(schema: Arc<ModelSchema>, entry: Option<&'static ModelEntry>) -> Self {
        let methods = entry.map(ModelMethod::of).unwrap_or_default();
        Self { schema, reverse: Vec::new(), entry, auto_created: false, methods }
    }

    /// Whether a field is not to be shown: the hash of a user's password belongs neither into a page nor into JSON.
    pub(crate) fn is_secret(&self, field: &str) -> bool {
        self.schema.user.is_some() && field == "password"
    }
}

/// The compiled model as the ambient site knows it. Outside of a site there are no ways back.
pub(crate) fn meta_of(entry: &'static ModelEntry) -> Arc<ModelMeta> {
    let site = Site::current().ok();
    let models = site.as_ref().and_then(|site| site.get::<Models>());
    let known = models.and_then(|models| models.get(&entry.schema().label())).cloned();
    known.unwrap_or_else(|| Arc::new(ModelMeta::new(Arc::clone(entry.schema()), Some(entry))))
}

impl std::fmt::Debug for ModelEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&(self.label)())
    }
}

impl std::fmt::Debug for ModelMeta {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelMeta").field("label", &self.schema.label()).finish_non_exhaustive()
    }
}

/// Every model of a site, with relations resolved. A part of the [`rjango_core::Site`].
#[derive(Debug, Clone)]
pub struct Models {
    /// Shared, so that a query of a model costs no copy of its description.
    by_label: BTreeMap<String, Arc<ModelMeta>>,
    /// The label of the model that AUTH_USER_MODEL names.
    users: Arc<str>,
}

impl Default for Models {
    fn default() -> Self {
        Self { by_label: BTreeMap::new(), users: DEFAULT_USER_MODEL.into() }
    }
}

impl Models {
    /// Models from descriptions alone, as the toolchain reads them from source.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where two models share a label or table, or a relation's target does not exist.
    pub fn from_schemas(schemas: impl IntoIterator<Item = Arc<ModelSchema>>) -> Result<Self> {
        Self::build(schemas.into_iter().map(|schema| (schema, None)))
    }

    /// The compiled program's models, of the apps for which `installed` says yes.
    ///
    /// # Errors
    /// As [`Models::from_schemas`].
    pub fn from_inventory(installed: impl Fn(&str) -> bool) -> Result<Self> {
        Self::from_inventory_with_users(installed, DEFAULT_USER_MODEL)
    }

    /// As [`Models::from_inventory`], with the value of AUTH_USER_MODEL: see [`Models::with_users`].
    ///
    /// # Errors
    /// As [`Models::with_users`].
    pub fn from_inventory_with_users(installed: impl Fn(&str) -> bool, users: &str) -> Result<Self> {
        let installed = ModelEntry::all().filter(|entry| installed(&entry.schema().app));
        Self::with_users(installed.map(|entry| (Arc::clone(entry.schema()), Some(entry))), users)
    }

    /// Descriptions and compiled models together: what the toolchain uses for its own apps and the project's. AUTH_USER_MODEL is
    /// `auth.User`.
    ///
    /// # Errors
    /// As [`Models::from_schemas`].
    pub fn build(models: impl IntoIterator<Item = (Arc<ModelSchema>, Option<&'static ModelEntry>)>) -> Result<Self> {
        Self::with_users(models, DEFAULT_USER_MODEL)
    }

    /// As [`Models::build`], with the value of AUTH_USER_MODEL. Relations to the users lead to its model; where it is another
    /// than `auth.User`, that one is left out.
    ///
    /// # Errors
    /// As [`Models::from_schemas`]; also where a relation names `auth.User` and the site's users are others.
    pub fn with_users(
        models: impl IntoIterator<Item = (Arc<ModelSchema>, Option<&'static ModelEntry>)>,
        users: &str,
    ) -> Result<Self> {
        let mut by_label: BTreeMap<String, ModelMeta> = BTreeMap::new();
        let swapped = users != DEFAULT_USER_MODEL;
        for (schema, entry) in models {
            if schema.is_abstract || (swapped && schema.label() == DEFAULT_USER_MODEL) {
                continue;
            }
            let schema = to_users(schema, users)?;
            for through in schema.many_to_many().filter_map(|field| join_table(&schema, field)) {
                let meta = ModelMeta { auto_created: true, ..ModelMeta::new(Arc::new(through), None) };
                by_label.insert(meta.schema.label(), meta);
            }
            let label = schema.label();
            let meta = ModelMeta::new(schema, entry);
            if let Some(earlier) = by_label.insert(label.clone(), meta) {
                return Err(at(&earlier.schema, format!("the model `{label}` is defined twice")));
            }
        }
        if swapped {
            check_users(&by_label, users)?;
        }
        let mut tables: BTreeMap<String, String> = BTreeMap::new();
        for (label, meta) in &by_label {
            if let Some(other) = tables.insert(meta.schema.table(), label.clone()) {
                return Err(at(
                    &meta.schema,
                    format!("the models `{other}` and `{label}` have the same table `{}`", meta.schema.table()),
                )
                .with_hint("give one of them another table: `#[model(table = \"...\")]`"));
            }
        }
        let mut reverse: Vec<(String, ReverseRelation)> = Vec::new();
        for (label, meta) in &by_label {
            for field in &meta.schema.fields {
                let Some((to, related_name, single, many_to_many)) = target(field) else { continue };
                if !by_label.contains_key(to) {
                    return Err(at(
                        &meta.schema,
                        format!("the field `{label}.{}` refers to the model `{to}`, which does not exist", field.name),
                    )
                    .with_hint(format!("define `{to}`, or add its app to INSTALLED_APPS")));
                }
                if meta.auto_created || related_name == Some("+") {
                    continue;
                }
                let model_name = meta.schema.model_name();
                let query_name = related_name.map_or_else(|| model_name.clone(), str::to_owned);
                let accessor = match related_name {
                    Some(name) => name.to_owned(),
                    None if single => model_name,
                    None => format!("{model_name}_set"),
                };
                let relation = ReverseRelation {
                    query_name,
                    accessor,
                    model: label.clone(),
                    field: field.name.clone(),
                    single,
                    many_to_many,
                };
                reverse.push((to.to_owned(), relation));
            }
        }
        for (to, relation) in reverse {
            if let Some(meta) = by_label.get_mut(&to) {
                meta.reverse.push(relation);
            }
        }
        let shared = by_label.into_iter().map(|(label, meta)| (label, Arc::new(meta)));
        Ok(Self { by_label: shared.collect(), users: users.into() })
    }

    /// The same models, with methods of the project's own that are not compiled into this program: the label of a model and the
    /// name of a method. Methods that are compiled in stay, and labels of other models are left out.
    #[must_use]
    pub fn with_methods(mut self, methods: impl IntoIterator<Item = (String, String)>) -> Self {
        for (label, name) in methods {
            if let Some(meta) = self.by_label.get_mut(&label)
                && meta.method(&name).is_none()
            {
                Arc::make_mut(meta).methods.push(ModelMethod { name: name.into(), call: MethodCall::Elsewhere });
            }
        }
        self
    }

    /// The label of the model of users, which AUTH_USER_MODEL names.
    pub fn users(&self) -> &str {
        &self.users
    }

    /// The name by which the target of a many-to-many field looks up over it: none where the way back is hidden.
    pub(crate) fn way_back(&self, owner: &ModelSchema, field: &FieldSchema) -> Option<String> {
        let FieldKind::ManyToMany(relation) = &field.kind else { return None };
        if relation.symmetrical && relation.to == owner.label() {
            return Some(field.name.clone());
        }
        let target = self.get(&relation.to)?;
        let back = target.reverse.iter().find(|back| back.model == owner.label() && back.field == field.name)?;
        // A field of that name would stand before the way back.
        target.schema.field(&back.query_name).is_none().then(|| back.query_name.clone())
    }

    /// The model of this label, `app.Model`; [`USER_MODEL`] stands for the one of users.
    pub fn get(&self, label: &str) -> Option<&Arc<ModelMeta>> {
        self.by_label.get(if label == USER_MODEL { &*self.users } else { label })
    }

    /// The model of this label.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the site has no such model.
    pub fn require(&self, label: &str) -> Result<&Arc<ModelMeta>> {
        self.get(label).ok_or_else(|| {
            if label == DEFAULT_USER_MODEL && self.users() != DEFAULT_USER_MODEL {
                return Error::improperly_configured(format!(
                    "`{label}` is not a model of this site: AUTH_USER_MODEL names `{}` in its place",
                    self.users
                ))
                .with_hint(format!("use `{}`", self.users));
            }
            Error::improperly_configured(format!("the model `{label}` is not among the site's models"))
                .with_hint("is its app in INSTALLED_APPS?")
        })
    }

    /// The model of this app and lower-case model name, as URLs and content types name it.
    pub fn by_model_name(&self, app: &str, model_name: &str) -> Option<&Arc<ModelMeta>> {
        self.iter().find(|meta| meta.schema.app == app && meta.schema.model_name() == model_name)
    }

    /// All models by label, join tables included.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<ModelMeta>> {
        self.by_label.values()
    }

    /// The join model of a many-to-many field.
    ///
    /// # Errors
    /// `ImproperlyConfigured` where the field is none or its through model is missing.
    pub fn through(&self, model: &ModelSchema, field: &FieldSchema) -> Result<&Arc<ModelMeta>> {
        match &field.kind {
            FieldKind::ManyToMany(ManyToManySchema { through: Some(through), .. }) => self.require(through),
            FieldKind::ManyToMany(_) => self.require(&format!("{}_{}", model.label(), field.name)),
            _ => Err(Error::improperly_configured(format!(
                "`{}.{}` is not a many-to-many field",
                model.label(),
                field.name
            ))),
        }
    }
}

/// That the model which AUTH_USER_MODEL names is there, and one of users.
fn check_users(by_label: &BTreeMap<String, ModelMeta>, users: &str) -> Result<()> {
    match by_label.get(users) {
        Some(meta) if meta.schema.user.is_some() => Ok(()),
        Some(meta) => Err(at(&meta.schema, format!("AUTH_USER_MODEL names `{users}`, which is not a model of users"))
            .with_hint(format!("write `#[model(user)]` above `struct {}`", meta.schema.name))),
        None => {
            let error = Error::improperly_configured(format!("AUTH_USER_MODEL names `{users}`, which is not a model"));
            let of_users = by_label.values().filter(|meta| meta.schema.user.is_some());
            let known: Vec<String> = of_users.map(|meta| meta.schema.label()).collect();
            Err(match rjango_core::nearest(users, by_label.keys().map(String::as_str)) {
                Some(near) => error.with_hint(format!("did you mean `{near}`?")),
                None if known.is_empty() => error.with_hint(
                    "write `#[model(user)]` above the struct, and add its app to INSTALLED_APPS; or leave the setting out",
                ),
                None => error.with_hint(format!("the models of users are: {}", known.join(", "))),
            })
        }
    }
}

/// The model with its relations to the users leading to their model.
fn to_users(mut schema: Arc<ModelSchema>, users: &str) -> Result<Arc<ModelSchema>> {
    let names = |field: &FieldSchema, label: &str| target(field).is_some_and(|(to, ..)| to == label);
    if users != DEFAULT_USER_MODEL
        && let Some(field) = schema.fields.iter().find(|field| names(field, DEFAULT_USER_MODEL))
    {
        return Err(at(
            &schema,
            format!(
                "the field `{}.{}` refers to `{DEFAULT_USER_MODEL}`, in whose place AUTH_USER_MODEL names `{users}`",
                schema.label(),
                field.name
            ),
        )
        .with_hint(format!(
            "refer to the model `{users}`, or to whichever the settings name with the type `UserKey`"
        )));
    }
    if schema.fields.iter().any(|field| names(field, USER_MODEL)) {
        for field in &mut Arc::make_mut(&mut schema).fields {
            match &mut field.kind {
                FieldKind::ForeignKey(to) | FieldKind::OneToOne(to) if to.to == USER_MODEL => {
                    users.clone_into(&mut to.to)
                }
                FieldKind::ManyToMany(to) if to.to == USER_MODEL => users.clone_into(&mut to.to),
                _ => {}
            }
        }
    }
    Ok(schema)
}

fn at(schema: &ModelSchema, message: String) -> Error {
    let error = Error::improperly_configured(message);
    match &schema.origin {
        Some(origin) => error.at(origin.file.clone(), origin.line, 0),
        None => error,
    }
}

fn target(field: &FieldSchema) -> Option<(&str, Option<&str>, bool, bool)> {
    match &field.kind {
        FieldKind::ForeignKey(to) => Some((&to.to, to.related_name.as_deref(), false, false)),
        FieldKind::OneToOne(to) => Some((&to.to, to.related_name.as_deref(), true, false)),
        FieldKind::ManyToMany(to) => Some((&to.to, to.related_name.as_deref(), false, true)),
        _ => None,
    }
}

/// The automatic join table of a many-to-many field, with Django's names: `Product_tags`, `product_id`, `tag_id`, or
/// `from_x_id` and `to_x_id` for a relation of a model to itself. `None` where the field names a through model.
pub fn join_table(schema: &ModelSchema, field: &FieldSchema) -> Option<ModelSchema> {
    let FieldKind::ManyToMany(relation) = &field.kind else { return None };
    if relation.through.is_some() {
        return None;
    }
    let from = schema.model_name();
    let to = relation.to.rsplit('.').next().unwrap_or_default().to_lowercase();
    let (from, to) = if from == to { (format!("from_{from}"), format!("to_{to}")) } else { (from, to) };
    let mut join = ModelSchema::new(&schema.app, format!("{}_{}", schema.name, field.name));
    join.table =
        Some(relation.db_table.clone().unwrap_or_else(|| table_name(format!("{}_{}", schema.table(), field.name))));
    let mut id = FieldSchema::new("id", FieldKind::BigAuto);
    id.primary_key = true;
    let key = |to: &str| {
        FieldKind::ForeignKey(RelationSchema {
            to: to.to_owned(),
            on_delete: OnDelete::Cascade,
            related_name: Some("+".to_owned()),
            db_constraint: true,
        })
    };
    join.fields = vec![id, FieldSchema::new(&from, key(&schema.label())), FieldSchema::new(&to, key(&relation.to))];
    join.unique_together = vec![vec![from, to]];
    join.managed = schema.managed;
    join.origin.clone_from(&schema.origin);
    Some(join)
}
