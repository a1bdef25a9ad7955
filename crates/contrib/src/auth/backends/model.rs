//! Users by name and password in the table `auth_user`: `rjango.contrib.auth.backends.ModelBackend`.

use rjango_core::Result;
use rjango_http::BoxFuture;
use rjango_macros::q;

use super::{AuthenticationBackend, BackendRegistration};
use crate::auth::{User, passwords};

struct ModelBackend;

impl AuthenticationBackend for ModelBackend {
    fn authenticate<'a>(&'a self, username: &'a str, password: &'a str) -> BoxFuture<'a, Result<Option<User>>> {
        Box::pin(async move {
            match User::by_username(username).await? {
                Some(mut user) => {
                    let correct = user.check_password(password).await?;
                    Ok((correct && user.is_active).then_some(user))
                }
                None => {
                    // The same time as for a wrong password, so that nobody learns which names exist.
                    passwords::waste_time(password).await?;
                    Ok(None)
                }
            }
        })
    }

    fn get_user(&self, id: i32) -> BoxFuture<'_, Result<Option<User>>> {
        Box::pin(async move { User::objects().for_write().filter(q!(pk = id, is_active = true)).first().await })
    }
}

inventory::submit! {
    BackendRegistration::new(|| "rjango.contrib.auth.backends.ModelBackend".to_owned(), || &ModelBackend)
}
