//! Descriptions from the tree: what each struct leaves open is found through the names in its module.

use std::collections::BTreeMap;

use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;

use super::names::{Found, Names};
use super::tree::{NamePath, SourceModel, Tree};
use super::{ExternalKind, ReadError, SourceModels, SourceProject, display};
use crate::read::attributes::path_text;
use crate::read::field_type::{FieldType, KNOWN};
use crate::read::problems::{Problems, nearest};
use crate::read::{ParsedField, ParsedModel};
use crate::{Answers, ChoicesSchema, DisplayPart, FieldSchema, ModelSchema, Origin};

/// The descriptions of the models in the installed apps.
pub(super) fn describe(project: &SourceProject, mut tree: Tree) -> Result<SourceModels, Vec<ReadError>> {
    let mut errors = std::mem::take(&mut tree.errors);
    let names = Names::new(project, &tree);
    let displays = displays(&tree, &names);
    let describer = Describer { project, tree: &tree, names };
    let mut models = Vec::new();
    let mut notes = Vec::new();
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for (index, model) in tree.models.iter().enumerate() {
        let Some(parsed) = &model.parsed else { continue };
        let app = describer.label(model);
        let installed = app.is_some_and(|app| project.apps.iter().any(|label| label == app));
        if !installed && !parsed.is_abstract() {
            notes.push(describer.outside(model, app));
            continue;
        }
        if model.conditional && !parsed.is_abstract() {
            notes.push(describer.note(
                model,
                format!("the model `{}` stands under a `cfg`, which the source reader takes as holding", model.name),
                "`--compiled` asks the project's own binary instead",
            ));
        }
        let mut problems = Problems::default();
        match describer.model(index, &displays, &mut problems) {
            // Of two models of one name under opposite conditions, the first stands for both.
            Some(schema) if model.conditional && seen.contains_key(&schema.label()) => {}
            Some(schema) if !schema.is_abstract => {
                if let Some(earlier) = seen.insert(schema.label(), index) {
                    let earlier = &tree.models[earlier];
                    let message = format!("the model `{}` is defined twice", schema.label());
                    let hint = format!("the other one is in {}:{}", tree.files[earlier.file], earlier.line);
                    errors.push(describer.note(model, message, &hint));
                }
                models.push(schema);
            }
            _ => {}
        }
        if let Err(error) = problems.or(()) {
            let file = &tree.files[model.file];
            errors.extend(error.into_iter().map(|error| ReadError::of(&error, file)));
        }
    }
    if !errors.is_empty() {
        errors.sort();
        errors.dedup();
        return Err(errors);
    }
    notes.sort();
    models.sort_by_key(|model| project.apps.iter().position(|app| *app == model.app));
    let modules = tree.top_modules();
    let mut registrations = std::mem::take(&mut tree.registrations);
    registrations.sort_by(|left, right| left.path.cmp(&right.path));
    Ok(SourceModels { models, notes, registrations, modules, files: tree.files.iter().map(Into::into).collect() })
}

/// The plain `Display` of each model that has one, by the model's index.
fn displays(tree: &Tree, names: &Names) -> BTreeMap<usize, Vec<DisplayPart>> {
    let display = |(module, item): &(usize, syn::ItemImpl)| {
        let syn::Type::Path(path) = &*item.self_ty else { return None };
        match names.resolve(*module, &NamePath::of(&path.path)) {
            Some(Found::Model(index)) => display::parts(item).map(|parts| (index, parts)),
            _ => None,
        }
    };
    tree.displays.iter().filter_map(display).collect()
}

struct Describer<'a> {
    project: &'a SourceProject,
    tree: &'a Tree,
    names: Names<'a>,
}

impl<'a> Describer<'a> {
    /// The label of a model's app: the one that it names, or that of its module.
    fn label(&self, model: &'a SourceModel) -> Option<&'a str> {
        let named = model.parsed.as_ref().and_then(ParsedModel::app_label);
        named.or_else(|| self.tree.app(model.module))
    }

    fn note(&self, model: &SourceModel, message: String, hint: &str) -> ReadError {
        ReadError {
            file: self.tree.files[model.file].clone(),
            line: model.line,
            column: model.column,
            message,
            hint: Some(hint.to_owned()),
        }
    }

    /// The note about a model that belongs to no installed app.
    fn outside(&self, model: &SourceModel, app: Option<&str>) -> ReadError {
        match app {
            Some(app) => self.note(
                model,
                format!("the model `{}` is in the app `{app}`, which is not installed", model.name),
                &format!("add `{app}` to INSTALLED_APPS, or write `#[model(app_label = \"...\")]`"),
            ),
            None => self.note(
                model,
                format!("the model `{}` is in no app: it stands at the crate's root", model.name),
                "move it into the module of an app, or write `#[model(app_label = \"...\")]`",
            ),
        }
    }

    fn model(
        &self,
        index: usize,
        displays: &BTreeMap<usize, Vec<DisplayPart>>,
        problems: &mut Problems,
    ) -> Option<ModelSchema> {
        let model = &self.tree.models[index];
        let mut schema = self.resolved(index, &mut Vec::new(), problems)?;
        schema.origin = Some(Origin { file: self.tree.files[model.file].clone(), line: model.line });
        schema.display = displays.get(&index).filter(|parts| shows_fields(parts, &schema)).cloned();
        Some(schema)
    }

    /// The whole description, or `None` where a choice or base of it has errors of its own. `within` are the models
    /// whose bases are being looked up.
    fn resolved(&self, index: usize, within: &mut Vec<usize>, problems: &mut Problems) -> Option<ModelSchema> {
        let model = &self.tree.models[index];
        let parsed = model.parsed.as_ref()?;
        within.push(index);
        let mut answers = Answers::default();
        let mut complete = true;
        for field in &parsed.fields {
            match &field.field_type {
                FieldType::Choices(path) => match self.choices(model, field, path, problems) {
                    Some(choices) => {
                        field.check_choices(&choices, problems);
                        answers.choices.push(choices);
                    }
                    None => complete = false,
                },
                FieldType::Flatten(path) => match self.base(model, path, within, problems) {
                    Some(fields) => answers.bases.push(fields),
                    None => complete = false,
                },
                _ => {}
            }
            for path in field.field_type.target().into_iter().chain(&field.through) {
                answers.relations.push(self.target(model, field, path, problems).unwrap_or_default());
            }
        }
        within.pop();
        if !complete {
            return None;
        }
        let schema = parsed.open().resolve(self.label(model).unwrap_or_default(), &answers);
        if !parsed.bases().is_empty()
            && let Err(error) = parsed.check(&schema.fields)
        {
            problems.push(error);
        }
        Some(schema)
    }

    fn choices(
        &self,
        model: &SourceModel,
        field: &ParsedField,
        path: &syn::Path,
        problems: &mut Problems,
    ) -> Option<ChoicesSchema> {
        let text = path_text(path);
        match self.names.resolve(model.module, &NamePath::of(path)) {
            Some(Found::Choices(index)) => {
                // Its own errors are noted where it stands.
                return self.tree.choices[index].parsed.as_ref().map(crate::read::ParsedChoices::schema);
            }
            Some(Found::External(ExternalKind::Choices(choices))) => return Some(choices.clone()),
            Some(Found::Other("enum")) => problems.add(
                path.span(),
                format!("the enum `{text}` is no field type: it does not derive `Choices`"),
                format!("write `#[derive(Choices)]` before `enum {text}`"),
            ),
            Some(Found::Model(_) | Found::External(ExternalKind::Model(_))) => problems.add(
                path.span(),
                format!("the field `{}` has a model for its type", field.ident.unraw()),
                format!("write `ForeignKey<{text}>`, `OneToOne<{text}>` or `ManyToMany<{text}>`"),
            ),
            _ => {
                let mut known: Vec<&str> = KNOWN.to_vec();
                known.extend(self.tree.choices.iter().map(|choices| choices.name.as_str()));
                let near = nearest(&text, known).map_or_else(String::new, |near| format!("did you mean `{near}`? "));
                problems.add(
                    path.span(),
                    format!("unknown field type `{text}` of `{}.{}`", model.name, field.ident.unraw()),
                    format!(
                        "{near}a field has one of the types of `rjango::models`, or an enum with `#[derive(Choices)]`"
                    ),
                );
            }
        }
        None
    }

    fn base(
        &self,
        model: &SourceModel,
        path: &syn::Path,
        within: &mut Vec<usize>,
        problems: &mut Problems,
    ) -> Option<Vec<FieldSchema>> {
        let text = path_text(path);
        match self.names.resolve(model.module, &NamePath::of(path)) {
            Some(Found::Model(index)) if within.contains(&index) => {
                problems.add(path.span(), format!("`{text}` is flattened into itself"), "");
            }
            Some(Found::Model(index)) => {
                let base = &self.tree.models[index];
                if base.parsed.as_ref().is_some_and(|parsed| !parsed.is_abstract()) {
                    let message = format!("`{text}` is a model with a table of its own, which cannot be flattened");
                    let hint = format!("write `#[model(abstract)]` before `struct {}`, or refer to it", base.name);
                    problems.add(path.span(), message, hint);
                    return None;
                }
                // What is wrong with the base is said where it stands.
                return self.resolved(index, within, &mut Problems::default()).map(|schema| schema.fields);
            }
            Some(Found::External(ExternalKind::Base(fields))) => return Some(fields.clone()),
            Some(Found::Other(what)) => problems.add(
                path.span(),
                format!("the {what} `{text}` cannot be flattened: it does not derive `Model`"),
                format!("write `#[derive(Model)]` and `#[model(abstract)]` before `struct {text}`"),
            ),
            _ => problems.add(
                path.span(),
                format!("unknown base `{text}` of `{}`", model.name),
                "import it with `use`, or write its whole path",
            ),
        }
        None
    }

    /// The label of the model that a relation names.
    fn target(
        &self,
        model: &SourceModel,
        field: &ParsedField,
        path: &syn::Path,
        problems: &mut Problems,
    ) -> Option<String> {
        let text = path_text(path);
        let of = format!("`{}.{}`", model.name, field.ident.unraw());
        match self.names.resolve(model.module, &NamePath::of(path)) {
            Some(Found::Model(index)) => {
                let target = &self.tree.models[index];
                if target.parsed.as_ref().is_some_and(ParsedModel::is_abstract) {
                    let message = format!("{of} refers to the abstract model `{text}`, which has no table");
                    problems.add(path.span(), message, "refer to a model that flattens it");
                    return None;
                }
                match self.label(target) {
                    Some(app) if self.project.apps.iter().any(|label| label == app) => {
                        return Some(format!("{app}.{}", target.name));
                    }
                    app => {
                        let (whose, hint) = match app {
                            Some(app) => (format!("of the app `{app}`"), format!("add `{app}` to INSTALLED_APPS")),
                            None => ("of no app".to_owned(), "move it into the module of an app".to_owned()),
                        };
                        let message = format!("{of} refers to the model `{text}` {whose}, which is not installed");
                        problems.add(path.span(), message, hint);
                    }
                }
            }
            Some(Found::External(ExternalKind::Model(label))) => return Some(label.clone()),
            Some(Found::Other(what)) => problems.add(
                path.span(),
                format!("{of} refers to the {what} `{text}`, which is no model"),
                format!("write `#[derive(Model)]` before `{what} {text}`"),
            ),
            _ => {
                let hint = self.near_model(model.module, path);
                problems.add(path.span(), format!("{of} refers to the unknown model `{text}`"), hint);
            }
        }
        None
    }

    /// The hint for a path that leads to no model: the nearest name, with its path where another module has it.
    fn near_model(&self, module: usize, path: &syn::Path) -> String {
        let wanted = path.segments.last().map(|segment| segment.ident.unraw().to_string()).unwrap_or_default();
        let project = self.tree.models.iter().map(|model| model.name.as_str());
        let external = self.project.external.iter().filter_map(|item| item.path.rsplit("::").next());
        let Some(near) = nearest(&wanted, project.chain(external)) else {
            return "import it with `use`, or write its whole path; a model that a macro writes is only known to the project's \
                    own binary, which `rjango makemigrations --compiled` asks"
                .to_owned();
        };
        match self.tree.models.iter().find(|model| model.name == near) {
            Some(found) if found.module != module => {
                format!("did you mean `{}::{near}`?", self.tree.path(found.module))
            }
            _ => format!("did you mean `{near}`?"),
        }
    }
}

/// Whether all fields that a `Display` writes are the model's.
fn shows_fields(parts: &[DisplayPart], schema: &ModelSchema) -> bool {
    parts.iter().all(|part| match part {
        DisplayPart::Text(_) => true,
        DisplayPart::Field(name) => schema.field(name).is_some(),
    })
}
