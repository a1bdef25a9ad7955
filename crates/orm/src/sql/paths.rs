//! Names into joins: `category__name` from a product is one hop and a column.

use std::borrow::Cow;

use rjango_core::{Error, ErrorKind, Result};
use rjango_schema::{FieldKind, FieldSchema};

use crate::ValueType;
use crate::model::{ModelMeta, Models};
use crate::query::{Annotation, Expression};

/// One join on the way.
#[derive(Debug, Clone)]
pub(crate) struct Hop<'a> {
    /// The model on the far side.
    pub meta: &'a ModelMeta,
    /// The column on the near side.
    pub from: String,
    /// The column on the far side.
    pub to: String,
    /// Whether a row may have nothing on the far side.
    pub nullable: bool,
    /// Whether a row may have several on the far side.
    pub many: bool,
    /// Whether the near side holds the reference, so that its column equals the far one.
    pub direct: bool,
    /// Which of the path's names made it.
    pub name: usize,
}

/// Where a path ends.
#[derive(Debug, Clone)]
pub(crate) struct Target<'a> {
    /// The joins.
    pub hops: Vec<Hop<'a>>,
    /// The model of the field.
    pub meta: &'a ModelMeta,
    /// The field: where the path ends at a relation, the primary key on its far side.
    pub field: &'a FieldSchema,
    /// Whether the path ends at a relation's name.
    pub relation: bool,
}

/// Resolves the names of a path. An empty path is the model's primary key.
///
/// # Errors
/// `Other` where a name is no field or relation, with the nearest one and all of them; `ImproperlyConfigured` where
/// the models do not hold together.
pub(crate) fn resolve<'a>(models: &'a Models, start: &'a ModelMeta, names: &[Cow<'static, str>]) -> Result<Target<'a>> {
    let mut hops: Vec<Hop<'a>> = Vec::new();
    let mut meta = start;
    for (index, name) in names.iter().enumerate() {
        let last = index + 1 == names.len();
        if name == "pk" && last {
            return Ok(Target { hops, meta, field: primary_key(meta)?, relation: false });
        }
        let Some(field) = meta.schema.field(name) else {
            // A reverse relation, or a foreign key's own column (`category_id`).
            if let Some(reverse) = meta.reverse.iter().find(|reverse| reverse.query_name == *name) {
                let referring = models.require(&reverse.model)?;
                let field = referring.schema.field(&reverse.field).ok_or_else(|| no_such_field(referring, name))?;
                if reverse.many_to_many {
                    hops.extend(through_hops(models, referring, field, true, index)?);
                } else {
                    hops.push(Hop {
                        meta: referring,
                        from: primary_key(meta)?.column(),
                        to: field.column(),
                        nullable: true,
                        many: !reverse.single,
                        direct: false,
                        name: index,
                    });
                }
                meta = referring;
                continue;
            }
            let own_column = name.strip_suffix("_id").and_then(|name| meta.schema.field(name));
            if let Some(field) = own_column.filter(|field| field.kind.relation().is_some()) {
                if last {
                    return Ok(Target { hops, meta, field, relation: false });
                }
                return Err(not_a_relation(meta, name, &names[index + 1]));
            }
            return Err(no_such_field(meta, name));
        };
        match &field.kind {
            FieldKind::ForeignKey(relation) | FieldKind::OneToOne(relation) => {
                let target = models.require(&relation.to)?;
                hops.push(Hop {
                    meta: target,
                    from: field.column(),
                    to: primary_key(target)?.column(),
                    nullable: field.null,
                    many: false,
                    direct: true,
                    name: index,
                });
                meta = target;
            }
            FieldKind::ManyToMany(relation) => {
                hops.extend(through_hops(models, meta, field, false, index)?);
                meta = models.require(&relation.to)?;
            }
            _ if last => return Ok(Target { hops, meta, field, relation: false }),
            _ => return Err(not_a_relation(meta, name, &names[index + 1])),
        }
    }
    Ok(Target { hops, meta, field: primary_key(meta)?, relation: !names.is_empty() })
}

/// The two joins over a many-to-many field's join table, from its own model or back.
fn through_hops<'a>(
    models: &'a Models,
    owner: &'a ModelMeta,
    field: &FieldSchema,
    back: bool,
    name: usize,
) -> Result<[Hop<'a>; 2]> {
    let through = models.through(&owner.schema, field)?;
    let FieldKind::ManyToMany(relation) = &field.kind else { return Err(no_such_field(owner, &field.name)) };
    let (source, target) = through_keys(through, &owner.schema.label(), &relation.to).ok_or_else(|| {
        Error::improperly_configured(format!(
            "the through model `{}` has no foreign keys to `{}` and `{}`",
            through.schema.label(),
            owner.schema.label(),
            relation.to
        ))
    })?;
    let far = models.require(&relation.to)?;
    let (near_meta, near, far_meta, far_key) =
        if back { (&**far, target, owner, source) } else { (owner, source, &**far, target) };
    Ok([
        Hop {
            meta: through,
            from: primary_key(near_meta)?.column(),
            to: near.column(),
            nullable: true,
            many: true,
            direct: false,
            name,
        },
        Hop {
            meta: far_meta,
            from: far_key.column(),
            to: primary_key(far_meta)?.column(),
            nullable: far_key.null,
            many: false,
            direct: true,
            name,
        },
    ])
}

/// A through model's keys to the field's own model and to its target.
pub(crate) fn through_keys<'a>(
    through: &'a ModelMeta,
    owner: &str,
    target: &str,
) -> Option<(&'a FieldSchema, &'a FieldSchema)> {
    let refers = |field: &&FieldSchema, label: &str| field.kind.relation().is_some_and(|relation| relation.to == label);
    let source = through.schema.fields.iter().find(|field| refers(field, owner))?;
    let far = through.schema.fields.iter().find(|field| refers(field, target) && field.name != source.name)?;
    Some((source, far))
}

/// The model's primary key.
///
/// # Errors
/// `ImproperlyConfigured` where it has none.
pub(crate) fn primary_key(meta: &ModelMeta) -> Result<&FieldSchema> {
    meta.schema
        .primary_key()
        .ok_or_else(|| Error::improperly_configured(format!("the model `{}` has no primary key", meta.schema.label())))
}

/// How the field's column is read; a relation's is read as its target's key.
pub(crate) fn value_type(models: &Models, field: &FieldSchema) -> ValueType {
    ValueType::of(&field.kind, |label| {
        models
            .get(label)
            .and_then(|meta| meta.schema.primary_key())
            .map_or(ValueType::Int, |key| value_type(models, key))
    })
}

/// How an expression is read that was asked for as this type: a column of decimals with the places of its field, as an
/// instance has them (SQLite does not keep them); a key as the model at the other end has it.
pub(crate) fn read_as(
    models: &Models,
    meta: &ModelMeta,
    annotations: &[Annotation],
    expression: &Expression,
    wanted: ValueType,
) -> ValueType {
    let (ValueType::Decimal(None) | ValueType::Key, Expression::Column(path)) = (wanted, expression) else {
        return wanted;
    };
    if let [name] = path.0.as_slice()
        && let Some(index) = annotations.iter().position(|annotation| annotation.name == *name)
    {
        // What an annotation names can only be an earlier one.
        return read_as(models, meta, &annotations[..index], &annotations[index].expression, wanted);
    }
    match resolve(models, meta, &path.0).map(|target| value_type(models, target.field)) {
        Ok(found) if wanted == ValueType::Key || matches!(found, ValueType::Decimal(_)) => found,
        _ => wanted,
    }
}

/// The kind of what a field's column holds: of a relation, that of the key to which it refers.
pub(crate) fn column_kind<'a>(models: &'a Models, field: &'a FieldSchema) -> &'a FieldKind {
    let mut field = field;
    // A key that is a relation leads on; models that refer to each other by their keys do not end.
    for _ in 0..8 {
        let key = field.kind.relation().and_then(|relation| models.get(&relation.to)?.schema.primary_key());
        match key {
            Some(key) => field = key,
            None => break,
        }
    }
    &field.kind
}

/// Every name that may stand in a path at this model, in order.
pub(crate) fn choices(meta: &ModelMeta) -> Vec<&str> {
    let mut names: Vec<&str> = meta.schema.fields.iter().map(|field| field.name.as_str()).collect();
    names.extend(meta.reverse.iter().map(|reverse| reverse.query_name.as_str()));
    names.sort_unstable();
    names
}

/// Django's "Cannot resolve keyword".
#[cold]
pub(crate) fn no_such_field(meta: &ModelMeta, name: &str) -> Error {
    let choices = choices(meta);
    let mut hint = String::new();
    if let Some(nearest) = crate::nearest::nearest(name, &choices) {
        hint = format!("did you mean `{nearest}`? ");
    }
    hint.push_str("the choices are: ");
    hint.push_str(&choices.join(", "));
    Error::new(ErrorKind::Other, format!("`{}` has no field `{name}`", meta.schema.label())).with_hint(hint)
}

#[cold]
fn not_a_relation(meta: &ModelMeta, name: &str, next: &str) -> Error {
    Error::new(
        ErrorKind::Other,
        format!("`{}.{name}` is neither a relation nor has it a lookup `{next}`", meta.schema.label()),
    )
    .with_hint(format!("the lookups are: {}", crate::query::Lookup::ALL.map(crate::query::Lookup::name).join(", ")))
}
