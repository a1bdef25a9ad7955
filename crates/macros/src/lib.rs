//! The derives and macros of rjango. Users reach them through the facade, which documents them.

mod project;

use proc_macro::TokenStream;

/// The project as its own binary knows it: `rjango::manage(rjango::project!().urls(config::urls::urlpatterns))`.
///
/// In a release build the settings, templates, static files and migrations of the project are inside.
#[proc_macro]
pub fn project(_input: TokenStream) -> TokenStream {
    project::expand().into()
}

/// The files of the crate being compiled. For [`project!`] alone.
#[doc(hidden)]
#[proc_macro]
pub fn embed_project(_input: TokenStream) -> TokenStream {
    project::embed().into()
}
