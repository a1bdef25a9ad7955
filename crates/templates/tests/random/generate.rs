//! Templates that nobody wrote: the grammar of Django's language, with a chance at each fork.

mod expressions;
mod tags;
mod values;

use crate::case::Case;
use crate::chance::Chance;

/// What templates of a case may have.
pub struct Generator {
    chance: Chance,
    /// The names that loops and other tags gave.
    names: Vec<String>,
    /// Whether a loop is open.
    loops: usize,
    /// What is left of the templates' size.
    budget: usize,
    /// Names that tags have given to cycles.
    cycles: Vec<String>,
    /// Blocks must have names of their own in a template.
    blocks: Vec<String>,
    /// Whether `block.super` has a meaning.
    extends: bool,
    /// What may be included.
    included: Vec<String>,
    /// Whether there are partials: from Django 6.0 on.
    partials: bool,
    defined: Vec<String>,
}

const LOAD: &str = "{% load i18n l10n tz humanize static cache %}";
const LANGUAGES: &[&str] =
    &["en-us", "en-us", "en-us", "de", "fr", "pl", "ar", "ja", "pt-br", "en-gb", "de-ch", "es-mx", "hi"];
const ZONES: &[&str] = &["Europe/Berlin", "Europe/Berlin", "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia"];

impl Generator {
    pub fn new(chance: Chance, partials: bool) -> Self {
        Self {
            chance,
            names: Vec::new(),
            loops: 0,
            budget: 0,
            cycles: Vec::new(),
            blocks: Vec::new(),
            extends: false,
            included: Vec::new(),
            partials,
            defined: Vec::new(),
        }
    }

    pub fn case(mut self) -> Case {
        let context = values::context(&mut self.chance);
        let mut templates = Vec::new();
        let included = self.chance.below(3);
        for place in 0..included {
            let text = self.template(5);
            let name = format!("parts/{place}.html");
            templates.push((name.clone(), text));
            self.included.push(name);
        }
        let mut parent: Option<String> = None;
        let levels = [0, 0, 0, 0, 1, 1, 2][self.chance.below(7)];
        for level in 0..levels {
            let name = format!("base{level}.html");
            let text = match &parent {
                None => self.template(8),
                Some(parent) => self.child(&parent.clone()),
            };
            templates.push((name.clone(), text));
            parent = Some(name);
        }
        let main = match parent {
            Some(parent) => self.child(&parent),
            None => self.template(9),
        };
        templates.push(("main".to_owned(), main));
        Case {
            templates,
            context,
            autoescape: self.chance.percent(80),
            invalid: self.chance.pick(&["", "", "", "INVALID", "<no %s>"]).to_owned(),
            language: self.chance.pick(LANGUAGES).to_owned(),
            zone: self.chance.pick(ZONES).to_owned(),
            grouped: self.chance.percent(20),
        }
    }

    fn begin(&mut self, budget: usize) {
        self.budget = budget;
        self.names.clear();
        self.cycles.clear();
        self.blocks.clear();
        self.defined.clear();
        self.loops = 0;
    }

    /// A template of its own.
    fn template(&mut self, budget: usize) -> String {
        self.begin(budget);
        self.extends = false;
        format!("{LOAD}{}", self.body(3))
    }

    /// A template that extends another.
    fn child(&mut self, parent: &str) -> String {
        self.begin(8);
        self.extends = true;
        let name = match self.chance.below(6) {
            0 => format!("\"./{parent}\""),
            1 => format!("'{parent}'|lower"),
            _ => format!("'{parent}'"),
        };
        let mut text = format!("{}{{% extends {name} %}}{LOAD}", self.chance.pick(&["", "", " \n", "{# a comment #}"]));
        let blocks = 1 + self.chance.below(3);
        for _ in 0..blocks {
            text.push_str(&self.block(3));
            if self.chance.percent(20) {
                text.push_str("text that nobody sees");
            }
        }
        text
    }
}
