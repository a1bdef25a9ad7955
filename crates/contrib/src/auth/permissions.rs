//! Which permissions there are, and who has them.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use rjango_core::{Result, Site};
use rjango_macros::f;
use rjango_migrations::PostMigrate;
use rjango_orm::dynamic::{Argument, Objects, parse_lookup};
use rjango_orm::query::Condition;
use rjango_orm::{ForeignKey, Model as _, Models};
use rjango_schema::ModelSchema;

use super::{AnyUser, Group, Permission};
use crate::contenttypes::{ContentType, migrated_models};

/// What can be done with the rows of every model.
const ACTIONS: [&str; 4] = ["add", "change", "delete", "view"];

/// The permission's name in `has_perm`, without the app: Django's `get_permission_codename`.
pub fn permission_codename(action: &str, schema: &ModelSchema) -> String {
    format!("{action}_{}", schema.model_name())
}

/// Codename and name of every permission on a model: Django's four, then the model's own.
fn permissions_of(schema: &ModelSchema) -> Vec<(String, String)> {
    let usual = ACTIONS
        .iter()
        .map(|action| (permission_codename(action, schema), format!("Can {action} {}", schema.verbose_name())));
    usual.chain(schema.permissions.iter().cloned()).collect()
}

/// Makes the permissions that are missing, as Django does after `migrate`; how many were made.
///
/// # Errors
/// The database's.
pub async fn create_permissions<'a>(models: impl IntoIterator<Item = &'a ModelSchema>) -> Result<usize> {
    let existing: HashSet<(Option<i32>, String)> = Permission::objects()
        .for_write()
        .values_list(f!(content_type, codename))
        .await?
        .into_iter()
        .map(|(content_type, codename): (ForeignKey<ContentType>, String)| (content_type.pk().get(), codename))
        .collect();
    let mut missing = Vec::new();
    for schema in models {
        let content_type = ContentType::get_for_schema(schema).await?;
        for (codename, name) in permissions_of(schema) {
            if existing.contains(&(content_type.id.get(), codename.clone())) {
                continue;
            }
            let content_type = ForeignKey::to(&content_type);
            missing.push(Permission { name, content_type, codename, ..Permission::default() });
        }
    }
    // Another `migrate` may be making the same ones.
    Ok(Permission::objects().bulk_create_or_ignore(missing).await?.len())
}

inventory::submit! {
    PostMigrate {
        name: "create_permissions",
        rank: 20,
        run: |context| Box::pin(async move {
            let models = migrated_models(context, "auth.Permission");
            // Without its table there is nothing to ask: the app is compiled in, but not installed.
            if models.is_empty() {
                return Ok(());
            }
            create_permissions(models).await.map(|_| ())
        }),
    }
}

/// Every permission of a user, as `app.codename`: their own, their groups', or all there are for a superuser. None
/// for one who is not active.
///
/// # Errors
/// The database's.
pub async fn all_permissions(user: impl Into<AnyUser>) -> Result<BTreeSet<String>> {
    permissions_by(&user.into(), |_| true).await
}

/// The user's own permissions, without those of the groups: Django's `get_user_permissions`.
pub(super) async fn own_permissions(user: &AnyUser) -> Result<BTreeSet<String>> {
    permissions_by(user, |way| way == Way::Own).await
}

/// The permissions of the user's groups: Django's `get_group_permissions`.
pub(super) async fn group_permissions(user: &AnyUser) -> Result<BTreeSet<String>> {
    permissions_by(user, |way| way == Way::Group).await
}

/// The permissions that a user has in some ways; all there are for a superuser.
async fn permissions_by(user: &AnyUser, counts: impl Fn(Way) -> bool) -> Result<BTreeSet<String>> {
    if !user.is_active() {
        return Ok(BTreeSet::new());
    }
    let permissions = {
        let site = Site::current()?;
        let models = site.require::<Models>()?;
        let permissions = Objects::of(Arc::clone(models.require(&(Permission::entry().label)())?));
        if user.is_superuser() {
            permissions
        } else {
            let held = ways_to(user, models).filter(|(way, _)| counts(*way)).map(|(_, path)| {
                parse_lookup(models, permissions.meta(), &format!("{path}__pk"), Argument::from(user.pk().clone()))
            });
            let held: Vec<Condition> = held.collect::<Result<_>>()?;
            if held.is_empty() {
                return Ok(BTreeSet::new());
            }
            permissions.filter_by(Condition::Any(held))?.distinct()?
        }
    };
    let names = permissions.values(&["content_type__app_label", "codename"]).await?;
    let names = names.iter().filter_map(|row| Some(format!("{}.{}", row.first()?.as_str()?, row.get(1)?.as_str()?)));
    Ok(names.collect())
}

/// How a user comes to a permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Own,
    Group,
}

/// The lookups that lead from a permission to the users who have it, by the names that the ways back have in this model of users:
/// `user` and `group__user`. A model without permissions has none.
fn ways_to<'a>(user: &'a AnyUser, models: &'a Models) -> impl Iterator<Item = (Way, String)> + 'a {
    let users = user.schema().label();
    let back = move |target: &str, field: &str| {
        let reverse = &models.get(target)?.reverse;
        let found = reverse.iter().find(|way| way.model == users && way.field == field)?;
        Some(found.query_name.clone())
    };
    let own = back(&(Permission::entry().label)(), "user_permissions");
    let of_groups = back(&(Group::entry().label)(), "groups").map(|way| format!("group__{way}"));
    own.map(|way| (Way::Own, way)).into_iter().chain(of_groups.map(|way| (Way::Group, way)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_has_four_permissions_and_its_own() {
        let mut schema = ModelSchema::new("shop", "OrderLine");
        schema.permissions = vec![("close_orderline".to_owned(), "Can close".to_owned())];
        let permissions = permissions_of(&schema);
        assert_eq!(permissions[0], ("add_orderline".to_owned(), "Can add order line".to_owned()));
        assert_eq!(permissions[4], ("close_orderline".to_owned(), "Can close".to_owned()));
        assert_eq!(permissions.len(), 5);
    }
}
