//! Models from Rust source, as the toolchain reads them; `mod auth { .. }` is another app than `shop`.

use rjango_migrations::ProjectState;
use rjango_schema::read::parse_model_item;
use rjango_schema::{Answers, ModelSchema};

/// The state of these structs.
pub fn state(source: &str) -> ProjectState {
    let file = syn::parse_file(source).unwrap();
    let mut structs = Vec::new();
    collect("shop", file.items, &mut structs);
    let labels: Vec<(String, String)> =
        structs.iter().map(|(app, item)| (item.ident.to_string(), format!("{app}.{}", item.ident))).collect();
    let label = |path: &syn::Path| {
        let name = path.segments.last().unwrap().ident.to_string();
        let found = labels.iter().find(|(struct_name, _)| *struct_name == name);
        found.map_or_else(|| panic!("no struct `{name}` in the case"), |(_, label)| label.clone())
    };
    ProjectState::from_schemas(structs.iter().map(|(app, item)| -> ModelSchema {
        let parsed = parse_model_item(item).unwrap();
        let relations = parsed.relations().into_iter().map(label).collect();
        parsed.open().resolve(app, &Answers { relations, ..Answers::default() })
    }))
}

fn collect(app: &str, items: Vec<syn::Item>, structs: &mut Vec<(String, syn::ItemStruct)>) {
    for item in items {
        match item {
            syn::Item::Struct(item) => structs.push((app.to_owned(), item)),
            syn::Item::Mod(module) => {
                collect(&module.ident.to_string(), module.content.unwrap().1, structs);
            }
            _ => panic!("a case has structs and modules"),
        }
    }
}
