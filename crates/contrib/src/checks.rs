//! What `rjango check` finds wrong in MIDDLEWARE without compiling the project.

use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_http::{MiddlewareEntry, Urls};

inventory::submit! { Check::new("contrib::middleware", &["middleware"], middleware) }

/// Builds the framework's own middleware of the settings, which finds what is in the wrong order and settings that
/// name what does not exist.
fn middleware(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    // The project's own binary has URLs; setting up its pipeline finds the same, and the project's middleware too.
    if context.site().get::<Urls>().is_some() {
        return Vec::new();
    }
    let own = context.settings().middleware.iter().filter(|name| name.starts_with("rjango."));
    let errors = own.filter_map(|name| MiddlewareEntry::build_named(name, context.settings()).err());
    errors.map(|error| CheckMessage::from_error("middleware.E001", &error)).collect()
}

#[cfg(test)]
mod tests {
    use rjango_core::{Settings, Site};

    use super::*;

    fn found(names: &[&str]) -> Vec<String> {
        let mut settings = Settings::for_tests();
        settings.middleware = names.iter().map(|&name| name.to_owned()).collect();
        let site = Site::new(settings);
        middleware(&CheckContext::new(&site, false)).into_iter().map(|message| message.message).collect()
    }

    #[test]
    fn a_wrong_order_is_found_without_the_projects_binary() {
        let session = "rjango.contrib.sessions.middleware.SessionMiddleware";
        let auth = "rjango.contrib.auth.middleware.AuthenticationMiddleware";
        assert_eq!(found(&[session, auth, "shop.middleware.multi_tenant"]), [""; 0]);
        let messages = found(&[auth, session]);
        assert_eq!(messages.len(), 1);
        assert!(messages[0].contains("stands before"), "{}", messages[0]);
    }

    #[test]
    fn a_middleware_that_does_not_exist_is_found() {
        assert_eq!(found(&["rjango.contrib.sessions.middleware.SessionMiddlewares"]).len(), 1);
    }
}
