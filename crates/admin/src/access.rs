//! What a user may do with a model.

use rjango_contrib::auth::{CurrentUser, permission_codename};
use rjango_core::{Error, Result};
use rjango_schema::ModelSchema;

/// What a user may do with a model's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Access {
    pub add: bool,
    pub change: bool,
    pub delete: bool,
    /// Who may change rows may see them.
    pub view: bool,
}

impl Access {
    pub async fn of(user: &CurrentUser, schema: &ModelSchema) -> Result<Self> {
        let change = may(user, "change", schema).await?;
        Ok(Self {
            add: may(user, "add", schema).await?,
            change,
            delete: may(user, "delete", schema).await?,
            view: change || may(user, "view", schema).await?,
        })
    }

    /// Whether there is anything the user may do.
    pub const fn any(self) -> bool {
        self.add || self.change || self.delete || self.view
    }
}

async fn may(user: &CurrentUser, action: &str, schema: &ModelSchema) -> Result<bool> {
    user.has_perm(&format!("{}.{}", schema.app, permission_codename(action, schema))).await
}

/// Refuses with status 403.
pub(crate) fn require(allowed: bool, action: &str, schema: &ModelSchema) -> Result<()> {
    if allowed {
        return Ok(());
    }
    let permission = format!("{}.{}", schema.app, permission_codename(action, schema));
    Err(Error::permission_denied(format!("the permission `{permission}` is needed")))
}
