//! SQL text cut into statements and words, as far as quotes and comments go.

/// The length of the quoted text or comment that the SQL begins with, by a dialect's rules.
pub(crate) type Skipped = fn(&str) -> Option<usize>;

/// The statements of a script.
pub(crate) fn statements(sql: &str, skipped: Skipped) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = end_of_statement(rest, skipped);
            let (statement, after) = rest.split_at(end);
            rest = after.strip_prefix(';').unwrap_or(after);
            if Words(statement, skipped).next().is_some() {
                return Some(statement.trim());
            }
        }
        None
    })
}

fn end_of_statement(sql: &str, skipped: Skipped) -> usize {
    let mut at = 0;
    while at < sql.len() {
        match skipped(&sql[at..]) {
            Some(length) => at += length,
            None if sql.as_bytes()[at] == b';' => return at,
            None => at += sql[at..].chars().next().map_or(1, char::len_utf8),
        }
    }
    at
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
