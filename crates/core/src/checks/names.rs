//! What the settings name must be there: middleware, backends, hashers and the like.

use super::{Check, CheckContext, CheckMessage};
use crate::named::Named;

pub(super) const CHECK: Check = Check::new("core::names", &["settings"], run);

fn run(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let problems = Named::problems(context.site());
    problems.iter().map(|error| CheckMessage::from_error("settings.E002", error)).collect()
}
