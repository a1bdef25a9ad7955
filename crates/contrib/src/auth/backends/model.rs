//! Users by name and password in the table of the users: `rjango.contrib.auth.backends.ModelBackend`.

use rjango_core::Result;
use rjango_http::BoxFuture;
use rjango_orm::Value;

use super::{AuthenticationBackend, BackendRegistration};
use crate::auth::{AnyUser, passwords, users};

struct ModelBackend;

impl AuthenticationBackend for ModelBackend {
    fn authenticate<'a>(&'a self, username: &'a str, password: &'a str) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(async move {
            match users::by_username(username).await? {
                Some(mut user) => {
                    let correct = user.check_password(password).await?;
                    Ok((correct && user.is_active()).then_some(user))
                }
                None => {
                    // The same time as for a wrong password, so that nobody learns which names exist.
                    passwords::waste_time(password).await?;
                    Ok(None)
                }
            }
        })
    }

    fn get_user<'a>(&'a self, pk: &'a Value) -> BoxFuture<'a, Result<Option<AnyUser>>> {
        Box::pin(async move { Ok(users::by_pk(pk).await?.filter(AnyUser::is_active)) })
    }
}

inventory::submit! {
    BackendRegistration::new(|| "rjango.contrib.auth.backends.ModelBackend".to_owned(), || &ModelBackend)
}
