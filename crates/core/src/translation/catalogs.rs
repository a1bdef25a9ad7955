//! The catalogs of a site: what its texts are in each language.

use std::borrow::Cow;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant, SystemTime};

use super::mo::{Catalog, key};
use super::texts::{english, lines};
use crate::{Error, Settings, Site};

/// How long what was read counts as fresh with DEBUG.
const FRESH: Duration = Duration::from_millis(200);
/// How many languages are kept: a visitor may name more than there are.
const MAX_LANGUAGES: usize = 500;

/// A part of the site: the catalogs inside the program, by path in the project: `shop/locale/de/LC_MESSAGES/django.mo`.
/// `project!` fills it in a release build. Each counts instead of the file of the same path.
#[derive(Debug, Clone, Copy, Default)]
pub struct EmbeddedCatalogs(pub &'static [(&'static str, &'static [u8])]);

/// The catalogs of a site by language, each read when it is first asked for.
///
/// They are the files `<folder>/<locale>/LC_MESSAGES/django.mo` of the folders of LOCALE_PATHS, and of the folder `locale` of
/// each installed app. The folder that stands first wins. `pt-br` is looked for in `pt_BR`, then in `pt`; what both lack is
/// told in the language of LANGUAGE_CODE, and last as it stands in the code. That is Django's order. With DEBUG a file that
/// has changed is read again. Where USE_I18N is off nothing is translated.
#[derive(Debug)]
pub struct Catalogs {
    /// The first one wins.
    folders: Vec<PathBuf>,
    base_dir: PathBuf,
    embedded: EmbeddedCatalogs,
    default: String,
    is_watched: bool,
    languages: RwLock<HashMap<String, Kept>>,
}

#[derive(Debug)]
struct Kept {
    language: Arc<Language>,
    /// When its files were last looked at.
    checked: Instant,
}

/// What was read for one language.
#[derive(Debug)]
struct Language {
    /// In the order in which they are asked.
    catalogs: Vec<Arc<Catalog>>,
    problems: Vec<Problem>,
    /// The files that were looked for, with what they were like then.
    files: Vec<(PathBuf, Stamp)>,
}

/// When a file was changed, and how long it is; nothing where it is not there.
type Stamp = Option<(Option<SystemTime>, u64)>;

#[derive(Debug)]
struct Problem {
    path: PathBuf,
    message: String,
}

impl Catalogs {
    /// The catalogs of a site. Nothing is read yet.
    pub fn of_site(site: &Site) -> Self {
        Self::new(site.settings(), site.get::<EmbeddedCatalogs>().copied().unwrap_or_default())
    }

    /// The catalogs that the settings name, with those inside the program. Nothing is read yet.
    pub fn new(settings: &Settings, embedded: EmbeddedCatalogs) -> Self {
        let folders = if settings.use_i18n {
            let app = |app: &String| settings.base_dir.join(app.split('.').collect::<PathBuf>()).join("locale");
            let own = settings.locale_paths.iter().map(|folder| settings.base_dir.join(folder));
            own.chain(settings.installed_apps.iter().map(app)).collect()
        } else {
            Vec::new()
        };
        Self {
            folders,
            base_dir: settings.base_dir.clone(),
            embedded,
            default: settings.language_code.clone(),
            is_watched: settings.debug,
            languages: RwLock::default(),
        }
    }

    /// The catalogs of the ambient site; `None` outside of a site.
    pub fn current() -> Option<Arc<Self>> {
        Site::current().ok().map(|site| site.late(Self::of_site))
    }

    /// Whether there is a catalog of this language or of those that stand behind it.
    pub fn has(&self, language: &str) -> bool {
        !self.folders.is_empty() && !self.language(language).catalogs.is_empty()
    }

    /// The text in a language: Django's `gettext`, and `pgettext` with a context. `None` where no catalog has it.
    pub fn find(&self, language: &str, context: Option<&str>, text: &str) -> Option<String> {
        // The empty text is the name of the header.
        if text.is_empty() || self.folders.is_empty() {
            return None;
        }
        let known = self.language(language);
        let text = lines(text);
        let key = with_context(context, &text);
        known.catalogs.iter().find_map(|catalog| catalog.find(&key)).map(str::to_owned)
    }

    /// The text for a number in a language: Django's `ngettext`, and `npgettext` with a context. `one` is the text's form for 1.
    /// `None` where no catalog has it.
    pub fn find_plural(&self, language: &str, context: Option<&str>, one: &str, number: i64) -> Option<String> {
        if one.is_empty() || self.folders.is_empty() {
            return None;
        }
        let known = self.language(language);
        let find =
            |key: &str| known.catalogs.iter().find_map(|catalog| catalog.find_plural(key, number)).map(str::to_owned);
        match context {
            // Django looks for a text with plural forms without its context too.
            Some(context) => find(&key(context, one)).or_else(|| find(one)),
            None => find(one),
        }
    }

    /// The text in a language, or the text itself, with the line ends of Unix.
    pub fn gettext<'a>(&self, language: &str, text: &'a str) -> Cow<'a, str> {
        self.find(language, None, text).map_or_else(|| lines(text), Cow::Owned)
    }

    /// The text with this context in a language, or the text itself.
    pub fn pgettext<'a>(&self, language: &str, context: &str, text: &'a str) -> Cow<'a, str> {
        self.find(language, Some(context), text).map_or(Cow::Borrowed(text), Cow::Owned)
    }

    /// The text for a number in a language, or the one of the two that goes with it in English.
    pub fn ngettext<'a>(&self, language: &str, one: &'a str, many: &'a str, number: i64) -> Cow<'a, str> {
        self.find_plural(language, None, one, number).map_or(Cow::Borrowed(english(one, many, number)), Cow::Owned)
    }

    /// [`Catalogs::ngettext`] with a context.
    pub fn npgettext<'a>(
        &self,
        language: &str,
        context: &str,
        one: &'a str,
        many: &'a str,
        number: i64,
    ) -> Cow<'a, str> {
        self.find_plural(language, Some(context), one, number)
            .map_or(Cow::Borrowed(english(one, many, number)), Cow::Owned)
    }

    /// The files of a language that cannot be read, each with what is wrong. The texts of the others count.
    pub fn problems(&self, language: &str) -> Vec<Error> {
        self.language(language).problems.iter().map(Problem::error).collect()
    }

    fn language(&self, code: &str) -> Arc<Language> {
        let is_fresh = |kept: &Kept| !self.is_watched || kept.checked.elapsed() < FRESH;
        let kept = self.languages.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = kept.get(code).filter(|kept| is_fresh(kept)) {
            return Arc::clone(&kept.language);
        }
        drop(kept);
        let mut languages = self.languages.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(kept) = languages.get_mut(code) {
            // Another thread may have looked meanwhile.
            if is_fresh(kept) || kept.language.files.iter().all(|(path, stamp)| *stamp == stamp_of(path)) {
                kept.checked = Instant::now();
                return Arc::clone(&kept.language);
            }
        }
        let language = Arc::new(self.read(code));
        for problem in &language.problems {
            tracing::error!(target: "rjango.translation", "{:?}", problem.error());
        }
        if languages.len() >= MAX_LANGUAGES {
            languages.clear();
        }
        languages.insert(code.to_owned(), Kept { language: Arc::clone(&language), checked: Instant::now() });
        language
    }

    fn read(&self, code: &str) -> Language {
        let mut language = Language { catalogs: Vec::new(), problems: Vec::new(), files: Vec::new() };
        self.add(code, &mut language);
        // English is what stands in the code, so another language does not stand in for it.
        if !code.starts_with("en") && !code.eq_ignore_ascii_case(&self.default) {
            self.add(&self.default, &mut language);
        }
        language
    }

    /// The bytes of a catalog inside the program.
    fn inside(&self, path: &Path) -> Option<&'static [u8]> {
        let inner = path.strip_prefix(&self.base_dir).ok()?;
        let found = self.embedded.0.iter().find(|(name, _)| Path::new(name) == inner);
        found.map(|(_, bytes)| *bytes)
    }

    /// Adds the catalogs of one language. Of each folder the nearest one counts first; what is less near follows behind all
    /// of these, in the folders' opposite order, as in Django.
    fn add(&self, code: &str, language: &mut Language) {
        let locales = locales(code);
        let mut behind = Vec::new();
        for folder in &self.folders {
            let mut found = Vec::new();
            for locale in &locales {
                let path = folder.join(locale).join("LC_MESSAGES").join("django.mo");
                found.extend(match self.inside(&path) {
                    Some(bytes) => language.read(&path, bytes),
                    None => language.open(&path),
                });
            }
            let mut found = found.into_iter();
            language.catalogs.extend(found.next());
            behind.push(found.collect::<Vec<_>>());
        }
        language.catalogs.extend(behind.into_iter().rev().flatten());
    }
}

impl Language {
    fn open(&mut self, path: &Path) -> Option<Arc<Catalog>> {
        let stamp = stamp_of(path);
        self.files.push((path.to_owned(), stamp));
        stamp?;
        match std::fs::read(path) {
            Ok(bytes) => self.read(path, &bytes),
            Err(error) => {
                self.problems.push(Problem { path: path.to_owned(), message: error.to_string() });
                None
            }
        }
    }

    fn read(&mut self, path: &Path, bytes: &[u8]) -> Option<Arc<Catalog>> {
        let read = Catalog::read(bytes);
        read.map_err(|message| self.problems.push(Problem { path: path.to_owned(), message })).ok().map(Arc::new)
    }
}

impl Problem {
    fn error(&self) -> Error {
        Error::improperly_configured(format!("the catalog cannot be read: {}", self.message))
            .with_hint("compile it again, with `msgfmt` or Django's `compilemessages`")
            .at(self.path.display().to_string(), 0, 0)
    }
}

fn stamp_of(path: &Path) -> Stamp {
    std::fs::metadata(path).ok().map(|data| (data.modified().ok(), data.len()))
}

/// The folders of a language, the nearest one first: `pt-br` is `pt_BR`, `pt`. What is not a language's code has none.
fn locales(code: &str) -> Vec<String> {
    let is_code = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if !is_code {
        return Vec::new();
    }
    let code = code.to_ascii_lowercase();
    let Some((language, rest)) = code.split_once('-') else { return vec![code] };
    let (country, tail) = rest.split_once('-').map_or((rest, None), |(country, tail)| (country, Some(tail)));
    // `zh_Hans`, `de_AT`, `sr_RS-latin`: Django's `to_locale`.
    let country = match country.get(..1) {
        Some(first) if country.len() > 2 => first.to_uppercase() + &country[1..],
        _ => country.to_uppercase(),
    };
    let tail = tail.map(|tail| format!("-{tail}")).unwrap_or_default();
    vec![format!("{language}_{country}{tail}"), language.to_owned()]
}

fn with_context<'a>(context: Option<&str>, text: &'a str) -> Cow<'a, str> {
    context.map_or(Cow::Borrowed(text), |context| Cow::Owned(key(context, text)))
}
