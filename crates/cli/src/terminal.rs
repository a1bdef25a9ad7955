//! Where a command speaks and listens: data on stdout, talk on stderr, questions on a terminal.

use std::cell::Cell;
use std::fmt::Display;
use std::io::{self, BufRead, IsTerminal, Write};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

use rjango_core::Result;

/// A command's standard streams, with what the person asked of them: verbosity and colour.
pub struct Terminal {
    out: Box<dyn Write>,
    err: Box<dyn Write>,
    input: Input,
    colour_out: bool,
    colour_err: bool,
    interactive: bool,
    verbosity: u8,
    closed: bool,
    /// Whether the last line on stdout still waits for its end.
    open: Rc<Cell<bool>>,
    /// Another way to stderr.
    aside: fn(&Captured) -> Box<dyn Write>,
    captured: Captured,
}

/// A way to speak while the terminal is in use elsewhere.
pub(crate) struct Aside {
    err: Box<dyn Write>,
    colour: bool,
    verbosity: u8,
    shares_screen: bool,
    open: Rc<Cell<bool>>,
}

impl Aside {
    /// A line of talk, on stderr, unless the verbosity is 0; the word before it in the colour of a warning.
    pub(crate) fn say(&mut self, word: &str, text: impl Display) {
        if self.verbosity == 0 {
            return;
        }
        let end = if self.shares_screen && self.open.take() { "\n" } else { "" };
        let word = painted(self.colour, Paint::Warning, word);
        let _ = writeln!(self.err, "{end}{word} {text}");
    }
}

enum Input {
    Stdin,
    Script(std::vec::IntoIter<String>),
}

/// The meaning that a colour has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paint {
    /// An error.
    Error,
    /// A warning.
    Warning,
    /// Something that worked.
    Success,
    /// The next step.
    Hint,
    /// A heading or a name to be found again.
    Strong,
    /// What matters less.
    Faint,
}

impl Paint {
    /// The text in this colour.
    pub(crate) fn apply(self, text: impl Display) -> String {
        format!("\x1b[{}m{text}\x1b[0m", self.code())
    }

    fn code(self) -> &'static str {
        match self {
            Self::Error => "1;31",
            Self::Warning => "1;33",
            Self::Success => "32",
            Self::Hint => "36",
            Self::Strong => "1",
            Self::Faint => "2",
        }
    }
}

impl Terminal {
    /// The process's own streams. Colour only on a terminal, and not where `NO_COLOR` is set or `TERM` is `dumb`.
    pub fn standard() -> Self {
        let colour = std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
            && std::env::var_os("TERM").is_none_or(|term| term != "dumb");
        Self {
            colour_out: colour && io::stdout().is_terminal(),
            colour_err: colour && io::stderr().is_terminal(),
            interactive: io::stdin().is_terminal() && io::stderr().is_terminal(),
            out: Box::new(io::stdout()),
            err: Box::new(io::stderr()),
            input: Input::Stdin,
            verbosity: 1,
            closed: false,
            open: Rc::default(),
            aside: |_| Box::new(io::stderr()),
            captured: Captured::default(),
        }
    }

    /// Streams for a test: what is said is kept, questions are answered from `answers`.
    ///
    /// It counts as interactive where there is an answer.
    pub fn captured<S: Into<String>>(answers: impl IntoIterator<Item = S>) -> (Self, Captured) {
        let captured = Captured::default();
        let answers: Vec<String> = answers.into_iter().map(Into::into).collect();
        let terminal = Self {
            out: Box::new(captured.out.clone()),
            err: Box::new(captured.err.clone()),
            interactive: !answers.is_empty(),
            input: Input::Script(answers.into_iter()),
            colour_out: false,
            colour_err: false,
            verbosity: 1,
            closed: false,
            open: Rc::default(),
            aside: |captured| Box::new(captured.err.clone()),
            captured: captured.clone(),
        };
        (terminal, captured)
    }

    /// Says how much is said: 0 only what matters, 1 the usual, 2 and 3 more.
    pub fn set_verbosity(&mut self, verbosity: u8) {
        self.verbosity = verbosity;
    }

    /// How much is to be said: 0 to 3.
    pub fn verbosity(&self) -> u8 {
        self.verbosity
    }

    /// Turns colours off.
    pub fn without_colour(&mut self) {
        self.colour_out = false;
        self.colour_err = false;
    }

    /// Whether stderr shows colours.
    pub fn has_colour(&self) -> bool {
        self.colour_err
    }

    /// Whether a person sits there: stdin and stderr are a terminal. Only then may a command ask.
    pub fn is_interactive(&self) -> bool {
        self.interactive
    }

    /// A way to speak on stderr while the terminal is in use elsewhere.
    pub(crate) fn aside(&self) -> Aside {
        Aside {
            err: (self.aside)(&self.captured),
            colour: self.colour_err,
            verbosity: self.verbosity,
            shares_screen: self.interactive && io::stdout().is_terminal(),
            open: Rc::clone(&self.open),
        }
    }

    /// A line of data, on stdout.
    ///
    /// # Errors
    /// Where stdout is closed.
    pub fn line(&mut self, text: impl Display) -> Result<()> {
        self.open.set(false);
        let outcome = writeln!(self.out, "{text}");
        self.note(outcome)
    }

    /// Data without a line's end, on stdout.
    ///
    /// # Errors
    /// Where stdout is closed.
    pub fn write(&mut self, text: impl Display) -> Result<()> {
        let text = text.to_string();
        self.open.set(!text.ends_with('\n'));
        let outcome = write!(self.out, "{text}").and_then(|()| self.out.flush());
        self.note(outcome)
    }

    /// Whether the reader of stdout has gone, as `head` does.
    pub fn is_closed(&self) -> bool {
        self.closed
    }

    fn note(&mut self, outcome: io::Result<()>) -> Result<()> {
        if let Err(error) = &outcome {
            self.closed |= error.kind() == io::ErrorKind::BrokenPipe;
        }
        Ok(outcome?)
    }

    /// A line of talk, on stderr, unless the verbosity is 0.
    pub fn say(&mut self, text: impl Display) {
        self.say_at(1, text);
    }

    /// A line of talk, on stderr, from this verbosity on. A closed stderr is no reason to stop.
    pub fn say_at(&mut self, verbosity: u8, text: impl Display) {
        if self.verbosity >= verbosity {
            let _ = writeln!(self.err, "{text}");
        }
    }

    /// The text in colour where stderr shows colours.
    pub fn paint(&self, paint: Paint, text: impl Display) -> String {
        painted(self.colour_err, paint, text)
    }

    /// The text in colour where stdout shows colours.
    pub fn paint_data(&self, paint: Paint, text: impl Display) -> String {
        painted(self.colour_out, paint, text)
    }

    /// A line from stdin without its end, after a prompt on stderr; `None` at the end of the input.
    ///
    /// # Errors
    /// Where stdin cannot be read or is not UTF-8.
    pub fn ask(&mut self, prompt: &str) -> Result<Option<String>> {
        let _ = write!(self.err, "{prompt}");
        let _ = self.err.flush();
        match &mut self.input {
            Input::Script(answers) => Ok(answers.next()),
            Input::Stdin => {
                let mut line = String::new();
                if io::stdin().lock().read_line(&mut line)? == 0 {
                    let _ = writeln!(self.err);
                    return Ok(None);
                }
                Ok(Some(line.trim_end_matches(['\r', '\n']).to_owned()))
            }
        }
    }

    /// A line that does not show while it is typed, such as a password; `None` at the end of the input.
    ///
    /// # Errors
    /// Where the terminal cannot be read.
    pub fn ask_hidden(&mut self, prompt: &str) -> Result<Option<String>> {
        match &mut self.input {
            Input::Script(answers) => {
                let _ = write!(self.err, "{prompt}");
                Ok(answers.next())
            }
            Input::Stdin => match rpassword::prompt_password(prompt) {
                Ok(line) => Ok(Some(line)),
                Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
                Err(error) => Err(error.into()),
            },
        }
    }
}

fn painted(colour: bool, paint: Paint, text: impl Display) -> String {
    if colour { paint.apply(text) } else { text.to_string() }
}

/// What a captured terminal was told.
#[derive(Clone, Default)]
pub struct Captured {
    out: Shared,
    err: Shared,
}

impl Captured {
    /// What went to stdout.
    pub fn out(&self) -> String {
        self.out.text()
    }

    /// What went to stderr, prompts included.
    pub fn err(&self) -> String {
        self.err.text()
    }
}

#[derive(Clone, Default)]
struct Shared(Arc<Mutex<Vec<u8>>>);

impl Shared {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }
}

impl Write for Shared {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
