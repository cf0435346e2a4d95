//! SQL text cut into statements and words, as far as quotes and comments go.

/// The length of the quoted text or comment that the SQL begins with, by a dialect's rules.
pub(crate) type Skipped = fn(&str) -> Option<usize>;

/// The first statement of a script, and what comes after it.
pub(crate) type Cut = fn(&str) -> (&str, &str);

/// The statements of a script.
pub(crate) fn statements(script: &str, skipped: Skipped, cut: Cut) -> impl Iterator<Item = &str> {
    let mut rest = script;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (statement, after) = cut(rest);
            rest = after;
            if Words(statement, skipped).next().is_some() {
                return Some(statement.trim());
            }
        }
        None
    })
}

/// Cuts at the first semicolon that is not in a quoted text or comment.
#[cfg(any(feature = "mysql", feature = "postgresql"))]
pub(crate) fn at_semicolon(sql: &str, skipped: Skipped) -> (&str, &str) {
    let mut at = 0;
    while at < sql.len() {
        match skipped(&sql[at..]) {
            Some(length) => at += length,
            None if sql.as_bytes()[at] == b';' => return (&sql[..at], &sql[at + 1..]),
            None => at += sql[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    (sql, "")
}

/// The words outside quotes and comments.
pub(crate) struct Words<'a>(pub(crate) &'a str, pub(crate) Skipped);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while let Some(first) = self.0.chars().next() {
            if let Some(length) = (self.1)(self.0) {
                self.0 = &self.0[length..];
            } else if first.is_alphabetic() || first == '_' {
                let end = self.0.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(self.0.len());
                let (word, rest) = self.0.split_at(end);
                self.0 = rest;
                return Some(word);
            } else {
                self.0 = &self.0[first.len_utf8()..];
            }
        }
        None
    }
}
