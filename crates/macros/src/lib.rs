//! The derives and macros of rjango.
//!
//! `derive(Model)` and `derive(Choices)` describe a struct or enum with the one attribute parser of `rjango-schema`;
//! `q!`, `f!` and `set!` turn Django's words into closures over a model's field accessors, and leave it to the
//! compiler to find what is misspelt. All that they emit refers to `::rjango::__private` alone.
#![deny(missing_docs)]

mod model;
mod choices;
mod lookups;
mod methods;
mod query_set;

mod registration;
mod authentication_backend;
mod check;
mod command;
mod context_processor;
mod data_migration;
mod filter;
mod tag;
mod templates;
mod middleware;
mod password_hasher;
mod password_validator;
mod receiver;
mod router;
mod session_engine;

mod project;

use proc_macro::TokenStream;

/// Makes a struct a model: a table of the database.
///
/// ```text
/// #[derive(Model, Debug, Clone)]
/// #[model(ordering = "name")]
/// pub struct Product {
///     pub id: Auto,
///     #[field(max_length = 200)]
///     pub name: String,
///     #[field(max_digits = 10, decimal_places = 2)]
///     pub price: Decimal,
///     #[field(on_delete = "cascade", related_name = "products")]
///     pub category: Option<ForeignKey<Category>>,
/// }
/// ```
///
/// The struct gets `Product::objects()`, `Default`, `Serialize` (unless `#[model(serialize = false)]`) and the accessors
/// that `q!`, `f!` and `set!` use; a relation's target gets the way back, by a trait beside the struct that
/// `use super::models::*` brings into scope.
#[proc_macro_derive(Model, attributes(model, field))]
pub fn derive_model(input: TokenStream) -> TokenStream {
    emit(syn::parse(input).and_then(|input| model::derive(&input)))
}

/// Makes an enum the values of a field: Django's `TextChoices` and, with discriminants, `IntegerChoices`.
///
/// ```text
/// #[derive(Choices, Debug, Clone, Copy, PartialEq, Eq)]
/// pub enum Status {
///     Draft,
///     #[choice(value = "pub", label = "On sale")]
///     Published,
/// }
/// ```
///
/// `Display` writes the label. A new instance's field holds the `#[default]` variant, or else the first; an optional field
/// holds nothing.
///
/// A row that another program wrote may hold a value that is none of these. Reading it is an error that names the row, unless
/// one variant takes such values: `#[choice(other)] Other(String)`. Of integers it is `Other(i64)`, and Rust asks for
/// `#[repr(i64)]` on the enum.
#[proc_macro_derive(Choices, attributes(choice, default))]
pub fn derive_choices(input: TokenStream) -> TokenStream {
    emit(syn::parse(input).and_then(|input| choices::derive(&input)))
}

/// A condition in Django's words: `q!(price__lt = 5, category__name__icontains = "drink")`.
///
/// `,` is and, `|` is or (it binds closer than `,`), `!` is not, and parentheses group. `F(field)` in a value is another
/// field of the row. It expands to a closure over the model's accessors, which `filter` and its kin take, so that the
/// compiler checks names and types.
#[proc_macro]
pub fn q(input: TokenStream) -> TokenStream {
    emit(lookups::q(input.into()))
}

/// Fields by name: `f!(name, category__name)`; for orders `f!(-price)`, the largest first, and `f!(?)`, at random.
#[proc_macro]
pub fn f(input: TokenStream) -> TokenStream {
    emit(lookups::f(input.into()))
}

/// Assignments: `set!(name = "Drinks", price = F(price) + dec!(0.50))`.
#[proc_macro]
pub fn set(input: TokenStream) -> TokenStream {
    emit(lookups::set(input.into()))
}

/// Makes an async function a layer of the onion, named in `MIDDLEWARE` by its module and name: `shop.middleware.multi_tenant`.
///
/// ```text
/// #[middleware]
/// pub async fn multi_tenant(mut request: Request, next: Next) -> Result<Response> {
///     let tenant = request.host().split('.').next().unwrap_or_default().to_owned();
///     request.extensions_mut().insert(Tenant(tenant));
///     next.run(request).await
/// }
/// ```
///
/// Above a plain `fn(&Settings)` the function makes the layer once, such as a `TowerMiddleware`; above
/// `impl Middleware for Name` the layer is `Name::default()`.
#[proc_macro_attribute]
pub fn middleware(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(middleware::expand(attribute.into(), item.into()))
}

/// Makes an async function one that migrations can run, named in `migration.toml` by its path.
///
/// ```text
/// #[data_migration]
/// pub async fn fill_sku(apps: &StateApps) -> Result<()> {
///     for mut product in apps.objects("shop.Product")?.all().await? {
///         let sku = format!("P{:05}", product.pk());
///         product.set("sku", sku)?;
///         product.save().await?;
///     }
///     Ok(())
/// }
/// ```
///
/// It runs in the transaction of its migration, with the models as they were at that point of the history.
#[proc_macro_attribute]
pub fn data_migration(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(data_migration::expand(attribute.into(), item.into()))
}

/// Makes an async function hear of a model's instances: Django's signals.
///
/// ```text
/// #[receiver(post_save)]
/// async fn note(product: &Product, saved: &Saved) -> Result<()> {
///     if saved.created {
///         Stock::objects().create(Stock { product: ForeignKey::to(product), ..Default::default() }).await?;
///     }
///     Ok(())
/// }
/// ```
///
/// The signals are `pre_save`, which may take `&mut Product`, `post_save`, `pre_delete`, `post_delete` and `m2m_changed`; the
/// second argument, which may be left out, is a `&Saving`, `&Saved`, `&Deletion`, `&Deletion` and `&RelationChange`. An
/// error stops the operation.
#[proc_macro_attribute]
pub fn receiver(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(receiver::expand(attribute.into(), item.into()))
}

/// Gives the query sets of a model methods of their own, which chain like any other.
///
/// ```text
/// #[query_set]
/// impl ProductQuery for QuerySet<Product> {
///     /// What costs less than this.
///     fn cheaper_than(self, price: Decimal) -> Self {
///         self.filter(q!(price__lt = price))
///     }
/// }
///
/// let drinks = Product::objects().cheaper_than(dec!(5)).filter(q!(category__name = "Drinks")).await?;
/// ```
///
/// They are the methods of the trait `ProductQuery`, which the macro writes and which must be in scope where they are called, as
/// `use super::models::*` brings it. The trait is `pub`, or as visible as `#[query_set(pub(crate))]` says.
#[proc_macro_attribute]
pub fn query_set(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(query_set::expand(attribute.into(), item.into()))
}

/// Names the methods of a model that templates, admin columns and the shell may call.
///
/// ```text
/// #[methods]
/// impl Product {
///     /// Whether it costs less than five.
///     pub fn is_cheap(&self) -> bool {
///         self.price < dec!(5)
///     }
///
///     pub async fn similar(&self) -> Result<Vec<Product>> {
///         Product::objects().filter(q!(category = &self.category)).await
///     }
///
///     #[alters_data]
///     pub async fn sell(&self) -> Result<()> {
///         // ...
///     }
/// }
/// ```
///
/// A template calls each `pub fn(&self)`, plain or async, without parentheses: `{{ product.is_cheap }}`,
/// `{% for other in product.similar %}`. What it gives, or what stands in its `Result`, is anything that is `Serialize`: a
/// number, a text, an `Option`, a `Vec`, an instance, a query set, or a `Value`, of which `Value::safe(..)` is HTML. Relations
/// that were loaded in the instance of the page are loaded in `self`.
///
/// A method with further arguments, one that takes `&mut self` and one with `#[alters_data]` are known by name, and a template
/// is refused them with a sentence. Methods that are not `pub` are left alone.
#[proc_macro_attribute]
pub fn methods(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(methods::expand(attribute.into(), item.into()))
}

/// Makes a function choose the database of queries, named in `DATABASE_ROUTERS` by its module and name: `shop.routers.archive`.
///
/// ```text
/// #[router]
/// pub fn archive(query: &Routed<'_>) -> Option<String> {
///     (query.app() == "archive" && !query.write).then(|| "copy".to_owned())
/// }
/// ```
///
/// It is asked where a query names no database by `using`; `None` leaves the choice to the next router, and in the end to
/// the APPS and REPLICA_OF of the settings. Routers are the project's code: what the `rjango` binary does without it, such
/// as `migrate` and `shell`, goes by the settings alone.
#[proc_macro_attribute]
pub fn router(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(router::expand(attribute.into(), item.into()))
}

/// Makes an item a way to find out who somebody is, named in `AUTHENTICATION_BACKENDS` by its module and name:
/// `accounts.backends.EmailBackend`.
///
/// ```text
/// #[derive(Default)]
/// pub struct EmailBackend;
///
/// #[authentication_backend]
/// impl AuthenticationBackend for EmailBackend {
///     // ...
/// }
/// ```
///
/// The backend is `EmailBackend::default()`, made once. Above a plain `fn()` it is what the function gives.
#[proc_macro_attribute]
pub fn authentication_backend(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(authentication_backend::expand(attribute.into(), item.into()))
}

/// Makes an item a password algorithm, named in `PASSWORD_HASHERS` by its module and name: `accounts.hashers.quick`.
///
/// ```text
/// #[password_hasher]
/// fn quick() -> Pbkdf2Sha256 {
///     Pbkdf2Sha256::with_iterations(100_000)
/// }
/// ```
///
/// Above `impl Hasher for Name` the hasher is `Name::default()`.
#[proc_macro_attribute]
pub fn password_hasher(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(password_hasher::expand(attribute.into(), item.into()))
}

/// Makes an item a demand on new passwords, named in `AUTH_PASSWORD_VALIDATORS` by its module and name.
///
/// ```text
/// #[derive(Deserialize)]
/// #[serde(crate = "rjango::serde")]
/// pub struct DigitsValidator {
///     #[serde(default)]
///     least: usize,
/// }
///
/// #[password_validator]
/// impl PasswordValidator for DigitsValidator {
///     // ...
/// }
/// ```
///
/// The struct is read from the entry's OPTIONS. An option that it has no field for is refused.
#[proc_macro_attribute]
pub fn password_validator(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(password_validator::expand(attribute.into(), item.into()))
}

/// Makes an item a place for sessions, named in `SESSION_ENGINE` by its module and name: `shop.sessions.redis`.
///
/// ```text
/// #[session_engine]
/// fn redis(settings: &Settings) -> Result<Redis> {
///     Redis::connect(&settings.secret_key)
/// }
/// ```
///
/// Above `impl SessionBackend for Name` the engine is `Name::default()`.
#[proc_macro_attribute]
pub fn session_engine(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(session_engine::expand(attribute.into(), item.into()))
}

/// Makes an item a management command, known by what its `name` gives.
///
/// ```text
/// #[derive(Default)]
/// pub struct Restock;
///
/// #[command]
/// impl Command for Restock {
///     fn name(&self) -> &'static str {
///         "restock"
///     }
///
///     fn about(&self) -> &'static str {
///         "Orders what is about to run out"
///     }
///     // ...
/// }
/// ```
///
/// `rjango help` lists it without a build where `name` and `about` are plain texts, as here.
#[proc_macro_attribute]
pub fn command(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(command::expand(attribute.into(), item.into()))
}

/// Makes a function a filter of templates: `{{ product.name|shout }}`, `{{ product.name|shout:2 }}`.
///
/// ```text
/// #[filter]
/// fn shout(value: &str, marks: Option<usize>) -> String {
///     value.to_uppercase() + &"!".repeat(marks.unwrap_or(1))
/// }
/// ```
///
/// The first parameter is the value, the second one, if there is one, the argument. A `&FilterContext` before them says whether the
/// page escapes and in which language it is. Text comes out escaped; HTML is a `Value::safe(..)`. `#[filter(is_safe)]` keeps safe text
/// safe, and `#[filter(expects_localtime)]` gives moments in the current time zone.
///
/// It needs no `{% load %}`; one with the name of its module is accepted. A filter that Django has already cannot be replaced.
#[proc_macro_attribute]
pub fn filter(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(filter::expand(attribute.into(), item.into()))
}

/// Makes a function a tag of templates: `{% stars product.rating %}`, and `{% stars product.rating as shown %}`.
///
/// ```text
/// #[tag]
/// fn stars(count: usize, sign: Option<&str>) -> String {
///     sign.unwrap_or("*").repeat(count)
/// }
///
/// #[tag(end = "endbox")]
/// fn r#box(content: Value, title: &str) -> Value {
///     Value::safe(format!("<section><h2>{}</h2>{content}</section>", escape(title)))
/// }
/// ```
///
/// A template gives the parameters by place or by name. A `&TagContext` before them has the variables of the page. The function may
/// be async. Its text comes out escaped; HTML is a `Value::safe(..)`. With `end` the tag has a body, whose text is the first parameter.
#[proc_macro_attribute]
pub fn tag(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(tag::expand(attribute.into(), item.into()))
}

/// Makes a function a tag that shows a template: `{% card product %}`.
///
/// ```text
/// #[inclusion_tag("shop/card.html")]
/// fn card(product: Value) -> Value {
///     context! { product }
/// }
/// ```
///
/// The template sees what the function gives, and nothing else of the page but the token against forged requests.
#[proc_macro_attribute]
pub fn inclusion_tag(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(tag::expand_inclusion(attribute.into(), item.into()))
}

/// Makes the result of a function a variable of every template that is rendered for a request, under the function's name.
///
/// ```text
/// #[context_processor]
/// async fn basket(request: &RequestState) -> Result<Vec<Item>> {
///     Item::objects().filter(q!(session = session_key(request))).await
/// }
/// ```
///
/// It runs where a template uses the variable, once a page.
#[proc_macro_attribute]
pub fn context_processor(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(context_processor::expand(attribute.into(), item.into()))
}

/// Makes a function a system check, with the tags by which `check --tag` chooses it.
///
/// ```text
/// #[check("shop")]
/// fn one_currency(context: &CheckContext<'_>) -> Vec<CheckMessage> {
///     // ...
/// }
/// ```
///
/// `#[check("shop", deploy)]` looks where a deployment is checked.
#[proc_macro_attribute]
pub fn check(attribute: TokenStream, item: TokenStream) -> TokenStream {
    emit(check::expand(attribute.into(), item.into()))
}

/// The project as its own binary knows it: `rjango::manage(rjango::project!().urls(config::urls::urlpatterns))`.
///
/// In a release build the settings, templates, static files and migrations of the project are inside.
#[proc_macro]
pub fn project(_input: TokenStream) -> TokenStream {
    project::expand().into()
}

/// The modules directly under the root of the crate being compiled. For [`project!`] alone.
#[doc(hidden)]
#[proc_macro]
pub fn modules(_input: TokenStream) -> TokenStream {
    project::modules().into()
}

/// The files of the crate being compiled. For [`project!`] alone.
#[doc(hidden)]
#[proc_macro]
pub fn embed_project(_input: TokenStream) -> TokenStream {
    project::embed().into()
}

fn emit(result: syn::Result<proc_macro2::TokenStream>) -> TokenStream {
    result.unwrap_or_else(|error| error.into_compile_error()).into()
}
