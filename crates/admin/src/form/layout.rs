//! Which fields a form has, in which groups, and which of them it only shows.

use rjango_orm::ModelMeta;
use rjango_schema::{FieldKind, FieldSchema, UserSchema};

use crate::options::{Fieldset, Options};

/// A group of fields.
pub(super) struct Group<'a> {
    pub title: String,
    pub slots: Vec<Slot<'a>>,
}

/// A field in a form.
pub(super) struct Slot<'a> {
    pub field: &'a FieldSchema,
    pub is_readonly: bool,
}

/// The groups of a model's form. Without `editable` nothing can be changed.
pub(super) fn groups<'a>(meta: &'a ModelMeta, options: &Options, editable: bool) -> Vec<Group<'a>> {
    let fieldsets = if options.fieldsets.is_empty() {
        vec![Fieldset { title: String::new(), fields: usual(meta, options) }]
    } else {
        options.fieldsets.clone()
    };
    let is_password = |name: &str| meta.schema.user.is_some() && name == "password";
    fieldsets
        .into_iter()
        .map(|fieldset| {
            let names = fieldset.fields.into_iter().filter(|name| !options.exclude.contains(name));
            let slots = names.filter_map(|name| {
                let field = if name == "pk" { meta.schema.primary_key() } else { meta.schema.field(&name) }?;
                let is_readonly = !editable
                    || !is_editable(field)
                    || options.readonly_fields.contains(&field.name)
                    || is_password(&field.name);
                Some(Slot { field, is_readonly })
            });
            Group { title: fieldset.title, slots: slots.collect() }
        })
        .collect()
}

/// The fields of the page that adds a user, besides the password: the name to log in with, and what a row cannot do without.
/// Everything else comes on the next page.
pub(super) fn of_new_user<'a>(meta: &'a ModelMeta, user: &UserSchema) -> Vec<Group<'a>> {
    let is_needed = |field: &&FieldSchema| {
        let by_itself = field.blank || field.default.is_some() || matches!(field.kind, FieldKind::Boolean);
        is_editable(field) && !by_itself && field.name != "password" && field.name != user.username_field
    };
    let name = meta.schema.field(&user.username_field);
    let fields = name.into_iter().chain(meta.schema.concrete_fields().filter(is_needed));
    let slots = fields.map(|field| Slot { field, is_readonly: false }).collect();
    vec![Group { title: String::new(), slots }]
}

/// Every field that can be edited, many-to-many ones last, then the read-only ones that the author named.
fn usual(meta: &ModelMeta, options: &Options) -> Vec<String> {
    let editable = |field: &&FieldSchema| is_editable(field) && !options.readonly_fields.contains(&field.name);
    let concrete = meta.schema.concrete_fields().filter(editable);
    let many = meta.schema.many_to_many().filter(editable);
    let names = concrete.chain(many).map(|field| field.name.clone());
    names.chain(options.readonly_fields.iter().cloned()).collect()
}

/// Whether a form can change the field: not a number that the database gives, a time that sets itself, bytes, or a
/// many-to-many field whose rows have more to say.
fn is_editable(field: &FieldSchema) -> bool {
    let by_itself = match &field.kind {
        FieldKind::Date { auto_now, auto_now_add }
        | FieldKind::Time { auto_now, auto_now_add }
        | FieldKind::DateTime { auto_now, auto_now_add } => *auto_now || *auto_now_add,
        FieldKind::ManyToMany(relation) => relation.through.is_some(),
        FieldKind::Binary => true,
        kind => kind.is_auto(),
    };
    field.editable && !by_itself
}
