//! The log-in page: Django's `LoginView` and `AuthenticationForm`.

use std::sync::Arc;

use rjango_core::Result;
use rjango_core::translation::{gettext, interpolate};
use rjango_http::decorators::{login_not_required, never_cache};
use rjango_http::shortcuts::{render, resolve_url};
use rjango_http::templates::Value;
use rjango_http::{BoxView, Request, RequestState, Response, View as _, context};

use crate::auth::redirect::next_url;
use crate::auth::{AnyUser, LoginName, RequestUser as _, authenticate, login};

/// What the admin's form says.
type Test = fn(&AnyUser) -> Option<String>;

/// A name and a password as somebody typed them, and what is wrong with them.
#[derive(Debug, Clone, Default)]
pub struct LoginForm {
    /// The name.
    pub username: String,
    password: String,
    /// Sentences for the person.
    pub errors: Vec<String>,
}

impl LoginForm {
    /// The form as it was posted.
    ///
    /// # Errors
    /// Where the request's body is no form.
    pub async fn from_request(request: &RequestState) -> Result<Self> {
        let form = request.form().await?;
        // Spaces around a name are slips; in a password they count.
        let username = form.get("username").unwrap_or_default().trim().to_owned();
        let password = form.get("password").unwrap_or_default().to_owned();
        Ok(Self { username, password, errors: Vec::new() })
    }

    /// The user, if name and password are right; otherwise the form has errors after.
    ///
    /// # Errors
    /// The authentication backends'.
    pub async fn user(&mut self) -> Result<Option<AnyUser>> {
        let name = LoginName::of_site()?;
        self.errors = name.missing(&self.username, &self.password);
        if !self.errors.is_empty() {
            return Ok(None);
        }
        let user =
            if name.is_possible(&self.username) { authenticate(&self.username, &self.password).await? } else { None };
        if user.is_none() {
            // The same to every wrong name, wrong password and inactive user.
            let text = gettext(
                "Please enter a correct %(username)s and password. Note that both fields may be case-sensitive.",
            );
            self.errors.push(interpolate(&text, &[("username", &name.label)]));
        }
        Ok(user)
    }

    /// The form for a template: `form.username`, `form.errors`. The password is not among them.
    pub fn to_value(&self) -> Value {
        context! { username => self.username, errors => self.errors }
    }
}

/// The view of a log-in page, with what a site may want otherwise.
#[derive(Clone)]
pub struct LoginPage {
    template: &'static str,
    context: Value,
    default_next: Option<String>,
    redirect_authenticated_user: bool,
    test: Option<Test>,
}

impl Default for LoginPage {
    fn default() -> Self {
        Self::new()
    }
}

impl LoginPage {
    /// With the template `registration/login.html`.
    pub fn new() -> Self {
        Self {
            template: "registration/login.html",
            context: Value::Undefined,
            default_next: None,
            redirect_authenticated_user: false,
            test: None,
        }
    }

    /// With another template. It gets `title`, `form`, `next`, `username_label`, `username_max_length` and the extra context.
    #[must_use]
    pub fn template(mut self, template: &'static str) -> Self {
        self.template = template;
        self
    }

    /// With more variables for the template.
    #[must_use]
    pub fn extra_context(mut self, context: Value) -> Self {
        self.context = context;
        self
    }

    /// With another way to go than LOGIN_REDIRECT_URL where the request names none: a URL or a route's name.
    #[must_use]
    pub fn next_page(mut self, to: impl Into<String>) -> Self {
        self.default_next = Some(to.into());
        self
    }

    /// Sends those who are logged in already on. Other sites can then find out by images whether somebody is.
    #[must_use]
    pub fn redirect_authenticated_user(mut self) -> Self {
        self.redirect_authenticated_user = true;
        self
    }

    /// Lets in only users for whom the test has nothing to say; what it says is shown to the others.
    #[must_use]
    pub fn only(mut self, test: fn(&AnyUser) -> Option<String>) -> Self {
        self.test = Some(test);
        self
    }

    /// The view.
    pub fn into_view(self) -> BoxView {
        let page = Arc::new(self);
        let view = move |request: Request| {
            let page = Arc::clone(&page);
            async move { page.respond(&request).await }
        };
        never_cache(login_not_required(view.into_view()))
    }

    /// Answers a request for the page.
    ///
    /// # Errors
    /// The database's, the template's.
    pub async fn respond(&self, request: &RequestState) -> Result<Response> {
        if self.redirect_authenticated_user && request.user().await?.is_authenticated() {
            return Response::redirect(&self.success_url(request).await?);
        }
        if request.method() != http::Method::POST {
            return self.render(request, &LoginForm::default()).await;
        }
        let mut form = LoginForm::from_request(request).await?;
        let Some(user) = form.user().await? else { return self.render(request, &form).await };
        if let Some(complaint) = self.test.and_then(|test| test(&user)) {
            form.errors.push(complaint);
            return self.render(request, &form).await;
        }
        login(request, &user).await?;
        Response::redirect(&self.success_url(request).await?)
    }

    async fn success_url(&self, request: &RequestState) -> Result<String> {
        match next_url(request).await? {
            Some(next) => Ok(next),
            None => resolve_url(self.default_next.as_deref().unwrap_or(&request.settings().login_redirect_url)),
        }
    }

    async fn render(&self, request: &RequestState, form: &LoginForm) -> Result<Response> {
        let next = next_url(request).await?.unwrap_or_default();
        let name = LoginName::of_site()?;
        let own = context! {
            title => gettext("Log in"),
            form => form.to_value(),
            next,
            username_label => name.capitalized(),
            username_max_length => name.max_length,
        };
        render(request, self.template, own.merged(&self.context))
    }
}
