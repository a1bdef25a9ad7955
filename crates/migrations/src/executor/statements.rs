//! A script cut into its statements, as the engine itself would read them.
//!
//! Strings, quoted names, comments, PostgreSQL's dollar quotes and the bodies of triggers and routines may hold semicolons
//! that end nothing. Comments between statements belong to none, but for MySQL's `/*! .. */`, which it carries out.

use rjango_orm::Engine;

/// A statement of a script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sql<'a> {
    /// Its text, without the semicolon.
    pub(super) text: &'a str,
    /// Where it begins in the script, in bytes.
    pub(super) start: usize,
}

impl Sql<'_> {
    /// Its first words in capitals: enough to tell what kind of statement it is.
    pub(super) fn words(&self, count: usize) -> Vec<String> {
        let words = self.text.split(|c: char| !(c.is_alphanumeric() || c == '_')).filter(|word| !word.is_empty());
        words.take(count).map(str::to_ascii_uppercase).collect()
    }
}

/// The line of a place in a script, from 1.
pub(super) fn line_of(script: &str, at: usize) -> usize {
    1 + script.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
}

/// Where a part of a script begins in it, in bytes.
pub(super) fn place_in(script: &str, part: &str) -> usize {
    (part.as_ptr() as usize).saturating_sub(script.as_ptr() as usize)
}

/// The statements of a script, in order.
pub(super) fn statements(script: &str, engine: Engine) -> Vec<Sql<'_>> {
    Lexer { script, engine, at: 0, delimiter: ";" }.statements()
}

struct Lexer<'a> {
    script: &'a str,
    engine: Engine,
    at: usize,
    delimiter: &'a str,
}

impl<'a> Lexer<'a> {
    fn statements(mut self) -> Vec<Sql<'a>> {
        let mut statements = Vec::new();
        loop {
            self.skip_blank();
            if self.at >= self.script.len() {
                return statements;
            }
            if self.rest().starts_with(self.delimiter) {
                self.at += self.delimiter.len();
                continue;
            }
            // The mysql client's own command, with which people write triggers.
            if self.engine == Engine::MySql && self.word().eq_ignore_ascii_case("delimiter") {
                let line = self.rest().lines().next().unwrap_or_default();
                let delimiter = line["delimiter".len()..].trim();
                self.delimiter = if delimiter.is_empty() { ";" } else { delimiter };
                self.at += line.len();
                continue;
            }
            let start = self.at;
            self.skip_statement();
            statements.push(Sql { text: self.script[start..self.at].trim_end(), start });
        }
    }

    fn rest(&self) -> &'a str {
        &self.script[self.at..]
    }

    /// The word that begins here.
    fn word(&self) -> &'a str {
        let rest = self.rest();
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    }

    fn skip_blank(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            let carried_out = self.rest().starts_with("/*!") || self.rest().starts_with("/*M!");
            if (carried_out && self.engine == Engine::MySql) || !self.skip_comment() {
                return;
            }
        }
    }

    /// Goes to the end of the statement that begins here.
    fn skip_statement(&mut self) {
        let mut first: Vec<String> = Vec::new();
        let mut has_body = false;
        let mut depth = 0_u32;
        while self.at < self.script.len() {
            let rest = self.rest();
            if depth == 0 && rest.starts_with(self.delimiter) {
                return;
            }
            if self.skip_comment() || self.skip_quoted() {
                continue;
            }
            let word = self.word();
            if word.is_empty() {
                self.at += rest.chars().next().map_or(1, char::len_utf8);
                continue;
            }
            self.at += word.len();
            let word = word.to_ascii_uppercase();
            if has_body && self.delimiter == ";" {
                match word.as_str() {
                    "BEGIN" | "CASE" => depth += 1,
                    "END" => {
                        let next = self.next_word();
                        // The others of MySQL's blocks open with words that functions have too: only their ends tell.
                        if !matches!(next.as_str(), "IF" | "WHILE" | "LOOP" | "REPEAT" | "FOR") {
                            depth = depth.saturating_sub(1);
                        }
                        if next == "CASE" {
                            self.skip_next_word();
                        }
                    }
                    _ => {}
                }
            }
            // `CREATE DEFINER = root@localhost TRIGGER`: what is created may stand some words on.
            if !has_body && first.len() < 12 {
                let creates = first.first().is_some_and(|first| first == "CREATE");
                has_body = creates && matches!(word.as_str(), "TRIGGER" | "PROCEDURE" | "FUNCTION" | "EVENT");
                first.push(word);
            }
        }
    }

    fn next_word(&mut self) -> String {
        let here = self.at;
        self.skip_blank();
        let word = self.word().to_ascii_uppercase();
        self.at = here;
        word
    }

    fn skip_next_word(&mut self) {
        self.skip_blank();
        self.at += self.word().len();
    }

    fn skip_comment(&mut self) -> bool {
        let rest = self.rest();
        let is_mysql = self.engine == Engine::MySql;
        let dashes = rest.strip_prefix("--").is_some_and(|after| {
            // To MySQL, `5--3` is a difference.
            !is_mysql || after.is_empty() || after.starts_with(|c: char| c.is_whitespace() || c.is_control())
        });
        if dashes || (is_mysql && rest.starts_with('#')) {
            self.at += rest.find('\n').map_or(rest.len(), |end| end + 1);
            return true;
        }
        if !rest.starts_with("/*") {
            return false;
        }
        let mut depth = 0_u32;
        let mut end = 0;
        while let Some(found) = rest[end..].find(['/', '*']) {
            let here = end + found;
            if rest[here..].starts_with("*/") {
                depth -= 1;
                end = here + 2;
                if depth == 0 {
                    break;
                }
            } else if rest[here..].starts_with("/*") && (depth == 0 || self.engine == Engine::Postgres) {
                // PostgreSQL's comments nest.
                depth += 1;
                end = here + 2;
            } else {
                end = here + 1;
            }
        }
        self.at += if depth == 0 { end } else { rest.len() };
        true
    }

    fn skip_quoted(&mut self) -> bool {
        let rest = self.rest();
        let Some(quote) = rest.chars().next() else {
            return false;
        };
        match quote {
            '\'' | '"' | '`' => {
                let escapes = match self.engine {
                    Engine::MySql => quote != '`',
                    Engine::Postgres => quote == '\'' && self.is_after_e(),
                    Engine::Sqlite => false,
                };
                self.at += quoted_length(rest, quote, escapes);
                true
            }
            '[' if self.engine == Engine::Sqlite => {
                self.at += rest.find(']').map_or(rest.len(), |end| end + 1);
                true
            }
            '$' if self.engine == Engine::Postgres && !self.is_after_word() => match dollar_tag(rest) {
                Some(tag) => {
                    let body = &rest[tag.len()..];
                    self.at += body.find(tag).map_or(rest.len(), |end| end + 2 * tag.len());
                    true
                }
                None => false,
            },
            _ => false,
        }
    }

    /// Whether the quote here opens an `E'..'` string.
    fn is_after_e(&self) -> bool {
        let before = &self.script[..self.at];
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        before.strip_suffix(['e', 'E']).is_some_and(|before| !before.ends_with(is_word))
    }

    fn is_after_word(&self) -> bool {
        self.script[..self.at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$')
    }
}

/// How long the quoted text is that begins here; a doubled quote stands for itself.
fn quoted_length(text: &str, quote: char, escapes: bool) -> usize {
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character == '\\' && escapes {
            characters.next();
        } else if character == quote && characters.next_if(|(_, next)| *next == quote).is_none() {
            return at + 1;
        }
    }
    text.len()
}

/// `$$` or `$tag$` at the beginning of a text.
fn dollar_tag(text: &str) -> Option<&str> {
    let end = text[1..].find('$')? + 1;
    let tag = &text[1..end];
    let is_tag = tag.chars().all(|c| c.is_alphanumeric() || c == '_') && !tag.starts_with(|c: char| c.is_numeric());
    is_tag.then(|| &text[..=end])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(engine: Engine, script: &str, expected: &[&str]) {
        let found: Vec<&str> = statements(script, engine).iter().map(|sql| sql.text).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn semicolons_in_quotes_and_comments_end_nothing() {
        for engine in Engine::ALL {
            check(engine, "A 'x;''y;'; B \"a;\"\"b;\" ;; -- c;\n/* d; */ C", &["A 'x;''y;'", "B \"a;\"\"b;\"", "C"]);
            check(engine, "-- only\n/* comments */", &[]);
            check(engine, "A; B", &["A", "B"]);
        }
    }

    #[test]
    fn mysql_has_backslashes_backticks_hashes_and_comments_that_run() {
        check(Engine::MySql, r"A 'it\'s;'; B `x;``y`; C", &[r"A 'it\'s;'", "B `x;``y`", "C"]);
        check(Engine::MySql, "A # no;\n; B 5--3; C", &["A # no;", "B 5--3", "C"]);
        check(Engine::MySql, "/*!50700 SET x = 1 */; B /*M! c; */", &["/*!50700 SET x = 1 */", "B /*M! c; */"]);
    }

    #[test]
    fn postgres_has_dollar_quotes_escapes_and_nested_comments() {
        check(Engine::Postgres, "A $$ x; $y$ ; $$; B $f$ $$;$$ $f$; C", &["A $$ x; $y$ ; $$", "B $f$ $$;$$ $f$", "C"]);
        check(Engine::Postgres, r"A E'\';'; B '\'; C", &[r"A E'\';'", r"B '\'", "C"]);
        check(Engine::Postgres, "/* a /* b; */ c; */ A; B $1; C", &["A", "B $1", "C"]);
    }

    #[test]
    fn bodies_of_triggers_and_routines_hold_together() {
        let trigger =
            "CREATE TRIGGER t AFTER INSERT ON a BEGIN UPDATE b SET c = CASE WHEN 1 THEN 2 END; DELETE FROM d; END";
        check(Engine::Sqlite, &format!("{trigger}; A"), &[trigger, "A"]);
        let trigger = "CREATE DEFINER=`root`@`localhost` TRIGGER t BEFORE INSERT ON a FOR EACH ROW BEGIN \
                       IF NEW.x > 1 THEN SET NEW.x = IF(1, 2, 3); END IF; \
                       CASE NEW.y WHEN 1 THEN SET NEW.y = 2; END CASE; \
                       l: LOOP LEAVE l; END LOOP; WHILE 0 DO SET NEW.x = 1; END WHILE; END";
        check(Engine::MySql, &format!("{trigger}; A"), &[trigger, "A"]);
        let single = "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET NEW.x = 1";
        check(Engine::MySql, &format!("{single}; A"), &[single, "A"]);
        check(
            Engine::MySql,
            "DELIMITER //\nCREATE TRIGGER t BEGIN A; B; END//\nDELIMITER ;\nC;",
            &["CREATE TRIGGER t BEGIN A; B; END", "C"],
        );
    }

    #[test]
    fn statements_know_their_lines() {
        let script = "--\n-- Add\n--\nA\n(x);\n\nB;";
        let lines: Vec<usize> =
            statements(script, Engine::MySql).iter().map(|sql| line_of(script, sql.start)).collect();
        assert_eq!(lines, [4, 7]);
    }
}
