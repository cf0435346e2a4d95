//! What only the text of a CREATE statement tells: SQLite keeps it, and its pragmas leave the names of constraints and
//! all checks out.
//!
//! The text was accepted by SQLite, so nothing is verified here; what is not looked for is passed over.

use aludel_core::schema::ReflectedCheck;

/// What CREATE TABLE says of constraints, in its order.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Declared {
    pub(super) primary_key: Option<DeclaredKey>,
    pub(super) autoincrement: bool,
    pub(super) uniques: Vec<DeclaredKey>,
    pub(super) foreign_keys: Vec<DeclaredForeignKey>,
    pub(super) checks: Vec<ReflectedCheck>,
    /// Columns and the expressions that they are computed from.
    pub(super) computed: Vec<(String, String)>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct DeclaredKey {
    pub(super) name: Option<String>,
    pub(super) columns: Vec<String>,
}

#[derive(Debug, Default, PartialEq)]
pub(super) struct DeclaredForeignKey {
    pub(super) key: DeclaredKey,
    pub(super) deferred: bool,
}

/// Reads a CREATE TABLE.
pub(super) fn table(sql: &str) -> Declared {
    let tokens = tokens(sql);
    let mut declared = Declared::default();
    let is_table = tokens.get(1).is_some_and(|token| token.is("TABLE"));
    let Some(open) = tokens.iter().position(|token| token.is("(")).filter(|_| is_table) else { return declared };
    for item in items(&tokens[open..]) {
        Item { sql, tokens: item, at: 0 }.read(&mut declared);
    }
    declared
}

/// Reads a CREATE INDEX: its parts, without their order, and its condition.
pub(super) fn index(sql: &str) -> (Vec<String>, Option<String>) {
    let tokens = tokens(sql);
    let Some(open) = tokens.iter().position(|token| token.is("(")) else { return Default::default() };
    let part = |item: &[Token<'_>]| {
        let end = item.iter().rposition(|token| !token.is("ASC") && !token.is("DESC"));
        end.map_or_else(String::new, |end| text(sql, &item[..=end]).to_owned())
    };
    let parts = items(&tokens[open..]).into_iter().map(part).collect();
    let rest = &tokens[close(&tokens, open)..];
    let filter = rest.iter().position(|token| token.is("WHERE")).map(|at| text(sql, &rest[at + 1..]).to_owned());
    (parts, filter)
}

/// The query of a CREATE VIEW.
pub(super) fn view(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    tokens.iter().position(|token| token.is("AS")).map(|at| text(sql, &tokens[at + 1..]).to_owned())
}

/// One column or constraint in the parentheses of a CREATE TABLE.
struct Item<'t, 's> {
    sql: &'s str,
    tokens: &'t [Token<'s>],
    at: usize,
}

impl<'t, 's> Item<'t, 's> {
    fn read(mut self, declared: &mut Declared) {
        let constraint = |token: &Token<'_>| {
            ["CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"].iter().any(|word| token.is(word))
        };
        let Some(first) = self.tokens.first() else { return };
        let column = (!constraint(first)).then(|| first.name());
        self.at = usize::from(column.is_some());
        let mut name = None;
        let mut referring = Vec::from_iter(column.clone());
        let mut deferrable = true;
        while let Some(token) = self.next() {
            if token.is("(") {
                self.at -= 1;
                self.group();
            } else if token.is("CONSTRAINT") {
                name = self.next().map(Token::name);
            } else if token.is("PRIMARY") {
                self.at += 1; // KEY
                declared.primary_key = Some(DeclaredKey { name: name.take(), columns: self.columns(&column) });
            } else if token.is("UNIQUE") {
                declared.uniques.push(DeclaredKey { name: name.take(), columns: self.columns(&column) });
            } else if token.is("CHECK") {
                let sql = text(self.sql, self.group()).to_owned();
                declared.checks.push(ReflectedCheck { name: name.take(), sql });
            } else if token.is("FOREIGN") {
                self.at += 1; // KEY
                referring = self.columns(&None);
            } else if token.is("REFERENCES") {
                self.at += 1; // the table
                let key = DeclaredKey { name: name.take(), columns: referring.clone() };
                declared.foreign_keys.push(DeclaredForeignKey { key, deferred: false });
                deferrable = true;
            } else if token.is("DEFERRABLE") {
                deferrable = !(self.at > 1 && self.tokens[self.at - 2].is("NOT"));
            } else if token.is("DEFERRED") {
                declared.foreign_keys.iter_mut().next_back().into_iter().for_each(|key| key.deferred = deferrable);
            } else if token.is("AUTOINCREMENT") {
                declared.autoincrement = true;
            } else if let (true, Some(column)) = (token.is("AS"), &column) {
                declared.computed.push((column.clone(), text(self.sql, self.group()).to_owned()));
            } else if ["NOT", "NULL", "DEFAULT", "COLLATE", "GENERATED"].iter().any(|word| token.is(word)) {
                name = None; // it was this constraint's, which keeps none
            }
        }
    }

    fn next(&mut self) -> Option<&'t Token<'s>> {
        self.at += 1;
        self.tokens.get(self.at - 1)
    }

    /// What stands in the parentheses that open here, if they do; moves past them.
    fn group(&mut self) -> &'t [Token<'s>] {
        if !self.tokens.get(self.at).is_some_and(|token| token.is("(")) {
            return &[];
        }
        let (open, close) = (self.at, close(self.tokens, self.at));
        self.at = close + 1;
        &self.tokens[open + 1..close.max(open + 1)]
    }

    /// The columns that are listed here, or else the one that the item is about.
    fn columns(&mut self, column: &Option<String>) -> Vec<String> {
        let open = self.at;
        if self.group().is_empty() {
            return Vec::from_iter(column.clone());
        }
        items(&self.tokens[open..]).iter().filter_map(|item| item.first()).map(Token::name).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Token<'s> {
    text: &'s str,
    /// Where it starts in the SQL.
    start: usize,
}

impl Token<'_> {
    /// Whether it is this word or sign; a name in quotes never is.
    fn is(&self, word: &str) -> bool {
        self.text.eq_ignore_ascii_case(word)
    }

    /// The name without its quotes.
    fn name(&self) -> String {
        let quote = self.text.chars().next().unwrap_or_default();
        let inside = || self.text.get(1..self.text.len() - 1).unwrap_or_default();
        match quote {
            '"' | '`' | '\'' => inside().replace(&format!("{quote}{quote}"), &quote.to_string()),
            '[' => inside().to_owned(),
            _ => self.text.to_owned(),
        }
    }
}

/// The SQL between the first and the last token.
fn text<'s>(sql: &'s str, tokens: &[Token<'_>]) -> &'s str {
    match tokens {
        [first, .., last] => &sql[first.start..last.start + last.text.len()],
        [one] => &sql[one.start..one.start + one.text.len()],
        [] => "",
    }
}

/// The position of the parenthesis that closes the one at `open`.
fn close(tokens: &[Token<'_>], open: usize) -> usize {
    let mut depth = 0;
    for (at, token) in tokens.iter().enumerate().skip(open) {
        match token.text {
            "(" => depth += 1,
            ")" if depth == 1 => return at,
            ")" => depth -= 1,
            _ => {}
        }
    }
    tokens.len()
}

/// What stands between the commas in the parentheses that open at the first token.
fn items<'t, 's>(tokens: &'t [Token<'s>]) -> Vec<&'t [Token<'s>]> {
    let mut depth = 0;
    let inside = tokens.get(1..close(tokens, 0)).unwrap_or_default();
    let split = inside.split(move |token| {
        match token.text {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        depth == 0 && token.text == ","
    });
    split.collect()
}

/// Words, numbers, texts, names in quotes and single signs; comments and spaces are left out.
fn tokens(sql: &str) -> Vec<Token<'_>> {
    let mut tokens = Vec::new();
    let mut start = 0;
    while let Some(first) = sql[start..].chars().next() {
        let rest = &sql[start..];
        let (length, is_token) = match first {
            _ if rest.starts_with("--") => (rest.find('\n').unwrap_or(rest.len()), false),
            _ if rest.starts_with("/*") => (rest.find("*/").map_or(rest.len(), |end| end + 2), false),
            '\'' | '"' | '`' => (quoted(rest, first), true),
            '[' => (rest.find(']').map_or(rest.len(), |end| end + 1), true),
            _ if first.is_whitespace() => (first.len_utf8(), false),
            _ if is_word(first) => (rest.find(|c| !is_word(c)).unwrap_or(rest.len()), true),
            _ => (first.len_utf8(), true),
        };
        if is_token {
            tokens.push(Token { text: &rest[..length], start });
        }
        start += length;
    }
    tokens
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$') || !c.is_ascii()
}

/// The length of a text in quotes; a doubled quote is one of the text.
fn quoted(sql: &str, quote: char) -> usize {
    let mut chars = sql.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c == quote && chars.next_if(|&(_, next)| next == quote).is_none() {
            return at + 1;
        }
    }
    sql.len()
}

#[cfg(test)]
mod tests {
    use super::{index, table, view};

    #[test]
    fn constraints_are_read_with_their_names() {
        let declared = table(
            "CREATE TABLE \"a (\" (
               [id] INTEGER CONSTRAINT \"the key\" PRIMARY KEY AUTOINCREMENT, -- CONSTRAINT no CHECK (no)
               \"check\" VARCHAR(10) CONSTRAINT nn NOT NULL UNIQUE DEFAULT ('CHECK (no), ''UNIQUE'),
               b INT CONSTRAINT positive CHECK (b > 0 AND \"check\" <> ') (') REFERENCES other /* (x) */ (y)
                 ON DELETE SET NULL NOT DEFERRABLE INITIALLY DEFERRED,
               c INT GENERATED ALWAYS AS ((b + 1) * 2) STORED,
               CONSTRAINT u UNIQUE (b, [id] DESC), CHECK (1)
               CONSTRAINT f FOREIGN KEY (b, c) REFERENCES o (p, q) DEFERRABLE INITIALLY DEFERRED
             ) STRICT",
        );
        let key = declared.primary_key.expect("a key");
        assert_eq!(
            (key.name.as_deref(), &*key.columns, declared.autoincrement),
            (Some("the key"), &["id".into()][..], true)
        );
        let uniques: Vec<_> = declared.uniques.iter().map(|key| (key.name.as_deref(), key.columns.join(" "))).collect();
        assert_eq!(uniques, [(None, "check".to_owned()), (Some("u"), "b id".to_owned())]);
        let checks: Vec<_> = declared.checks.iter().map(|check| (check.name.as_deref(), &*check.sql)).collect();
        assert_eq!(checks, [(Some("positive"), "b > 0 AND \"check\" <> ') ('"), (None, "1")]);
        let keys = declared.foreign_keys.iter();
        let keys: Vec<_> = keys.map(|key| (key.key.name.as_deref(), key.key.columns.join(" "), key.deferred)).collect();
        assert_eq!(keys, [(None, "b".to_owned(), false), (Some("f"), "b c".to_owned(), true)]);
        assert_eq!(declared.computed, [("c".to_owned(), "(b + 1) * 2".to_owned())]);
    }

    #[test]
    fn what_is_no_table_declares_nothing() {
        for sql in [
            "",
            "CREATE VIRTUAL TABLE t USING fts5(a, UNIQUE)",
            "CREATE TABLE",
            "CREATE TABLE t (",
            "CREATE TABLE t ('",
        ] {
            assert_eq!(table(sql), Default::default(), "{sql}");
        }
    }

    const WORD: &str = "TABLE|INDEX|AS|CHECK|PRIMARY|REFERENCES|[(),'\"`\\[\\]]|--|/\\*|é|\\PC";

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(words in proptest::collection::vec(WORD, 0..20)) {
            let sql = words.concat();
            let spaced = format!("CREATE TABLE {}", words.join(" "));
            for sql in [&sql, &spaced] {
                let _ = (table(sql), index(sql), view(sql));
            }
        }
    }

    #[test]
    fn indexes_and_views_are_read() {
        let sql = "CREATE UNIQUE INDEX i ON t (a, lower(b || ',') DESC, \"c\") WHERE a > 0 AND b IS NOT NULL";
        let parts = ["a", "lower(b || ',')", "\"c\""].map(str::to_owned).to_vec();
        assert_eq!(index(sql), (parts, Some("a > 0 AND b IS NOT NULL".to_owned())));
        assert_eq!(view("CREATE VIEW v (a) AS SELECT 1 AS a").as_deref(), Some("SELECT 1 AS a"));
    }
}
