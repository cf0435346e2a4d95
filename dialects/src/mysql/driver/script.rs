//! What a text does to the transaction, as far as its words tell.

/// What a statement does to the transaction that it runs in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Effect {
    None,
    Begins,
    Ends,
}

/// What the statement does to its transaction. That DDL commits it is left to the server: a rollback then has nothing
/// to do.
pub(super) fn effect(statement: &str) -> Effect {
    let mut words = Words(statement).map(str::to_ascii_lowercase);
    let first = words.next().unwrap_or_default();
    let mut second = words.next().unwrap_or_default();
    if second == "work" {
        second = words.next().unwrap_or_default();
    }
    match (first.as_str(), second.as_str()) {
        ("begin", "") | ("start", "transaction") => Effect::Begins,
        ("rollback", "to") => Effect::None,
        ("commit" | "rollback", "and") if words.next().is_some_and(|word| word == "chain") => Effect::Begins,
        ("commit" | "rollback", _) => Effect::Ends,
        _ => Effect::None,
    }
}

/// Whether the statement reads and does nothing else, so that ending it early undoes nothing.
pub(super) fn reads(statement: &str) -> bool {
    let mut words = Words(statement);
    let is = |word: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    words
        .next()
        .is_some_and(|word| is(word, &["select", "values", "table", "with", "show", "describe", "desc", "explain"]))
        && !words.any(|word| is(word, &["insert", "update", "delete", "replace", "into"]))
}

/// The statements of a script.
pub(super) fn statements(sql: &str) -> impl Iterator<Item = &str> {
    let mut rest = sql;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let end = end_of_statement(rest);
            let (statement, after) = rest.split_at(end);
            rest = after.strip_prefix(';').unwrap_or(after);
            if Words(statement).next().is_some() {
                return Some(statement.trim());
            }
        }
        None
    })
}

fn end_of_statement(sql: &str) -> usize {
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
struct Words<'a>(&'a str);

impl<'a> Iterator for Words<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        while let Some(first) = self.0.chars().next() {
            if let Some(length) = skipped(self.0) {
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

/// The length of the quoted text or comment that `sql` begins with.
fn skipped(sql: &str) -> Option<usize> {
    let until = |skip: usize, close: &str| {
        Some(sql.get(skip..)?.find(close).map_or(sql.len(), |found| skip + found + close.len()))
    };
    match sql.as_bytes() {
        [b'`', ..] => until(1, "`"),
        // A backslash escapes.
        [quote @ (b'\'' | b'"'), ..] => {
            let mut escaped = false;
            let end = sql.bytes().skip(1).position(|byte| {
                let closes = byte == *quote && !escaped;
                escaped = byte == b'\\' && !escaped;
                closes
            });
            Some(end.map_or(sql.len(), |end| end + 2))
        }
        [b'#', ..] | [b'-', b'-'] | [b'-', b'-', b' ' | b'\t' | b'\n' | b'\r', ..] => until(1, "\n"),
        // What only one server reads is SQL: MySQL reads `/*! … */`, MariaDB `/*M! … */` too.
        [b'/', b'*', b'!', ..] | [b'/', b'*', b'M', b'!', ..] => None,
        [b'/', b'*', ..] => until(2, "*/"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_tell_what_becomes_of_the_transaction() {
        for (sql, expected) in [
            ("BEGIN", Effect::Begins),
            ("begin work", Effect::Begins),
            ("/* now */ start transaction read only", Effect::Begins),
            ("COMMIT;", Effect::Ends),
            ("rollback work", Effect::Ends),
            ("ROLLBACK TO SAVEPOINT a", Effect::None),
            ("rollback work to a", Effect::None),
            ("COMMIT AND CHAIN", Effect::Begins),
            ("commit and no chain", Effect::Ends),
            ("SAVEPOINT begin", Effect::None),
            ("SELECT 'commit'", Effect::None),
            ("BEGIN NOT ATOMIC SELECT 1; END", Effect::None),
        ] {
            assert_eq!(effect(sql), expected, "{sql}");
        }
    }

    #[test]
    fn scripts_are_cut_between_statements() {
        let sql = "SELECT ';', \"'\", 'it''s\\';'; -- a; b\n# c;\nSELECT 1 /* ; */; CREATE TABLE `a;b` (c INT);; /* the end; */";
        let cut: Vec<_> = statements(sql).collect();
        assert_eq!(cut.len(), 3, "{cut:?}");
        assert!(cut[2].starts_with("CREATE TABLE"));
        for odd in ["'", "/*", "`", "é'", "'\\", "--", "#", "\"\\é"] {
            assert!(statements(odd).count() < 2);
        }
    }

    #[test]
    fn what_reads_can_be_ended_early() {
        assert!(reads("SELECT 'insert'") && reads("WITH a AS (SELECT 1) TABLE a") && reads("-- delete\nvalues (1)"));
        assert!(!reads("INSERT INTO t VALUES (1) RETURNING a") && !reads("SELECT 1 INTO OUTFILE 'a'"));
    }
}
