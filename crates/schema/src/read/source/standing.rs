//! Models that the reader does not reach although their text is there: behind a `mod` line that is gone, or written by a
//! macro. Whoever is about to take such a model for deleted looks here first.

use std::path::{Path, PathBuf};

use proc_macro2::{TokenStream, TokenTree};
use syn::ext::IdentExt as _;

use super::items::without_shebang;
use super::{ReadError, shown};

/// Looks for the text of a model in the Rust files of a folder, its app's: a struct of this name that derives `Model`, the
/// name in a macro, or a file without a word in it. `root` is the project's folder, to which the error's file is relative.
pub fn unreached(root: &Path, folder: &Path, model: &str) -> Option<ReadError> {
    let mut files = Vec::new();
    collect(folder, &mut files);
    // `shop.rs` beside `shop/`.
    let beside = folder.with_extension("rs");
    if beside.is_file() {
        files.push(beside);
    }
    files.sort();
    let mut empty = None;
    for path in &files {
        let Ok(text) = std::fs::read_to_string(path) else { continue };
        let file = shown(root, path);
        if text.trim().is_empty() {
            empty.get_or_insert_with(|| ReadError {
                file: file.clone(),
                line: 1,
                column: 0,
                message: format!("the file is empty, and the migrations have the model `{model}`"),
                hint: Some(
                    "restore the file; or, where the model is to go, remove the file and its `mod` line".to_owned(),
                ),
            });
            continue;
        }
        // Most files do not have the word at all.
        if !text.contains(model) {
            continue;
        }
        let Ok(tokens) = without_shebang(&text).parse::<TokenStream>() else { continue };
        if let Some(found) = find(tokens, model, false) {
            let (message, hint) = match found.by_macro {
                false => (
                    format!("the model `{model}` stands here, but no `mod` line leads to it"),
                    "add the `mod` line; or, where the model is to go, remove the struct",
                ),
                true => (
                    format!("a macro may write the model `{model}` here, which cannot be seen without compiling it"),
                    "run `rjango makemigrations --compiled`, which asks the project's own binary",
                ),
            };
            let (line, column) = (found.line, found.column + 1);
            return Some(ReadError { file, line, column, message, hint: Some(hint.to_owned()) });
        }
    }
    empty
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

struct Found {
    line: usize,
    column: usize,
    by_macro: bool,
}

/// A struct of this name that derives `Model`, or the name among what a macro is given.
fn find(tokens: TokenStream, model: &str, in_macro: bool) -> Option<Found> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let word = |at: usize| match tokens.get(at) {
        Some(TokenTree::Ident(ident)) => Some(ident.unraw().to_string()),
        _ => None,
    };
    let is =
        |at: usize, character: char| matches!(tokens.get(at), Some(TokenTree::Punct(it)) if it.as_char() == character);
    let mut derives = false;
    for (at, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Ident(ident) => {
                let start = ident.span().start();
                let is_model = ident.unraw() == model;
                let declares = at > 0 && word(at - 1).as_deref() == Some("struct");
                if is_model && (declares && derives || in_macro) {
                    return Some(Found { line: start.line, column: start.column, by_macro: in_macro });
                }
                if declares {
                    derives = false;
                }
            }
            TokenTree::Group(group) => {
                let is_attribute = at > 0 && is(at - 1, '#');
                if is_attribute {
                    derives |= derives_model(group.stream());
                    continue;
                }
                // `name! { .. }` and `macro_rules! name { .. }`.
                let by_macro = (at > 1 && is(at - 1, '!')) || (at > 2 && is(at - 2, '!') && word(at - 1).is_some());
                if let Some(found) = find(group.stream(), model, in_macro || by_macro) {
                    return Some(found);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether an attribute derives `Model`.
fn derives_model(attribute: TokenStream) -> bool {
    let mut tokens = attribute.into_iter();
    let is_derive = matches!(tokens.next(), Some(TokenTree::Ident(ident)) if ident == "derive");
    let Some(TokenTree::Group(list)) = tokens.next().filter(|_| is_derive) else { return false };
    list.stream().into_iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == "Model"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Option<(usize, bool)> {
        find(text.parse().unwrap_or_default(), "Thing", false).map(|found| (found.line, found.by_macro))
    }

    #[test]
    fn model_is_found_wherever_its_text_is() {
        assert_eq!(found("use x;\n#[derive(Debug, Model)]\npub struct Thing { id: Auto }"), Some((3, false)));
        assert_eq!(found("mod a { #[derive(Model)] #[model(table = \"t\")] struct Thing; }"), Some((1, false)));
        assert_eq!(found("model!(Thing);"), Some((1, true)));
        assert_eq!(found("macro_rules! make { () => { #[derive(Model)] struct Thing; } }"), Some((1, true)));
    }

    #[test]
    fn other_uses_of_the_name_are_no_model() {
        assert_eq!(found("struct Thing;"), None);
        assert_eq!(found("#[derive(Model)] struct Other; struct Thing;"), None);
        assert_eq!(found("fn f(thing: Thing) { Thing::new(); }"), None);
        assert_eq!(found("// #[derive(Model)] struct Thing;"), None);
    }
}
