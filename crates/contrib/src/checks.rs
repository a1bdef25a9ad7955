//! What `check` finds wrong in MIDDLEWARE and AUTH_PASSWORD_VALIDATORS beyond the names there, without compiling the project.

use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_core::named::Checked;
use rjango_http::{__private::MiddlewareEntry, Urls};

use crate::auth::PasswordValidators;

inventory::submit! { Check::new("contrib::middleware", &["middleware"], middleware) }

inventory::submit! { Check::new("contrib::password_validators", &["settings"], password_validators) }

/// Builds the framework's own middleware of the settings, which finds what is in the wrong order.
fn middleware(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    // The project's own binary has URLs; setting up its pipeline finds the same, and the project's middleware too.
    if context.site().get::<Urls>().is_some() {
        return Vec::new();
    }
    let own = context.settings().middleware.iter().filter(|name| name.starts_with("rjango."));
    let errors = own.filter_map(|name| MiddlewareEntry::build_named(name, context.settings()).err());
    // Names are another check's.
    let errors = errors.filter(|error| !Checked::is_in(error));
    errors.map(|error| CheckMessage::from_error("middleware.E001", &error)).collect()
}

/// Options that a validator does not have. A validator that is not compiled into this program is left out.
fn password_validators(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let errors = PasswordValidators::problems_of_settings(context.settings()).into_iter();
    errors.map(|error| CheckMessage::from_error("settings.E003", &error)).collect()
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
    fn a_name_is_left_to_the_check_of_names() {
        assert_eq!(found(&["rjango.contrib.sessions.middleware.SessionMiddlewares"]), [""; 0]);
    }

    #[test]
    fn an_option_that_a_validator_does_not_have_is_found() {
        let mut settings = Settings::for_tests();
        let name = "rjango.contrib.auth.password_validation.MinimumLengthValidator";
        let mut validator = rjango_core::settings::PasswordValidator::new(name);
        validator.options.insert("least".to_owned(), 9.into());
        let unknown = rjango_core::settings::PasswordValidator::new("shop.validators.Digits");
        settings.auth_password_validators = vec![unknown, validator];
        let site = Site::new(settings);
        let messages = password_validators(&CheckContext::new(&site, false));
        let messages: Vec<&str> = messages.iter().map(|message| message.message.as_str()).collect();
        assert_eq!(messages, [format!("`{name}` has no option `least`")]);
    }
}
