//! The commands of a project's own: those that `#[command]` compiles into its binary, or those that its source shows.

use rjango_core::Error;
use rjango_core::checks::{Check, CheckContext, CheckMessage};
use rjango_core::named::Checked;

use crate::{CommandEntry, OwnBinary};

/// The words that the `rjango` binary keeps for itself.
pub const RESERVED: [&str; 9] =
    ["completions", "demo", "help", "runserver", "serve", "shell", "startapp", "startproject", "test"];

/// A command of the project's own, as far as `help` needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCommand {
    /// The item's dotted name: `shop.commands.Restock`.
    pub path: String,
    /// The word on the command line; none where the source does not show it.
    pub name: Option<String>,
    /// One sentence without a period.
    pub about: String,
    /// The app under which `help` lists it.
    pub app: String,
}

inventory::submit! { Check::new("cli::commands", &["commands"], check) }

/// A word has one command.
fn check(context: &CheckContext<'_>) -> Vec<CheckMessage> {
    let commands = match context.site().get::<OwnBinary>() {
        Some(own) => own.commands.clone(),
        None => CommandEntry::all_with_paths().map(|(path, command)| OwnCommand::of(path, command)).collect(),
    };
    let problems = clashes(commands);
    problems.iter().map(|error| CheckMessage::from_error("commands.E001", error)).collect()
}

impl OwnCommand {
    fn of(path: String, command: &dyn crate::Command) -> Self {
        let (name, about, app) = (command.name(), command.about(), command.app());
        Self { path, name: Some(name.to_owned()), about: about.to_owned(), app: app.to_owned() }
    }
}

/// Whether a word is a command of rjango's.
pub(crate) fn is_frameworks(name: &str) -> bool {
    RESERVED.contains(&name)
        || crate::commands::all().iter().any(|command| command.name() == name)
        || crate::commands::tools().iter().any(|tool| tool.name() == name)
}

fn clashes(mut commands: Vec<OwnCommand>) -> Vec<Error> {
    commands.sort_by(|left, right| left.path.cmp(&right.path));
    let mut problems = Vec::new();
    for (place, command) in commands.iter().enumerate() {
        let Some(name) = &command.name else { continue };
        let twin = commands[..place].iter().find(|earlier| earlier.name.as_ref() == Some(name));
        let message = match twin {
            _ if is_frameworks(name) => format!("`{}` is the command `{name}`, which rjango has already", command.path),
            Some(twin) => format!("`{}` and `{}` are both the command `{name}`", twin.path, command.path),
            None => continue,
        };
        let error = Error::improperly_configured(message).with_hint("let `name` give another word");
        problems.push(error.with_told_source(Checked));
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_command() {
        let command = |path: &str, name: &str| OwnCommand {
            path: path.to_owned(),
            name: (!name.is_empty()).then(|| name.to_owned()),
            about: String::new(),
            app: "shop".to_owned(),
        };
        let commands = vec![
            command("shop.commands.Restock", "restock"),
            command("blog.commands.Restock", "restock"),
            command("shop.commands.Migrate", "migrate"),
            command("shop.commands.Shell", "shell"),
            command("shop.commands.Hidden", ""),
            command("blog.commands.Hidden", ""),
        ];
        let messages: Vec<String> = clashes(commands).iter().map(ToString::to_string).collect();
        assert_eq!(
            messages,
            [
                "`shop.commands.Migrate` is the command `migrate`, which rjango has already",
                "`blog.commands.Restock` and `shop.commands.Restock` are both the command `restock`",
                "`shop.commands.Shell` is the command `shell`, which rjango has already",
            ]
        );
    }
}
