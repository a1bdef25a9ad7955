//! Which permissions there are, and who has them.

use std::collections::{BTreeSet, HashSet};

use rjango_core::Result;
use rjango_macros::{f, q};
use rjango_migrations::PostMigrate;
use rjango_orm::ForeignKey;
use rjango_schema::ModelSchema;

use super::{GroupPermissionsReverse as _, Permission, User, UserGroupsReverse as _, UserUserPermissionsReverse as _};
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
pub async fn all_permissions(user: &User) -> Result<BTreeSet<String>> {
    if !user.is_active {
        return Ok(BTreeSet::new());
    }
    let permissions = Permission::objects();
    let permissions = if user.is_superuser {
        permissions
    } else {
        let id = user.id;
        permissions.filter(q!(user__id = id | group__user__id = id)).distinct()
    };
    let names: Vec<(String, String)> = permissions.values_list(f!(content_type__app_label, codename)).await?;
    Ok(names.into_iter().map(|(app, codename)| format!("{app}.{codename}")).collect())
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
