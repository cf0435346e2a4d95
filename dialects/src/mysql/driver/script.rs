//! What a text does to the transaction, as far as its words tell.

use crate::scan::{self, Words};

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
    let mut words = Words(statement, skipped).map(str::to_ascii_lowercase);
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
    let mut words = Words(statement, skipped);
    let is = |word: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    words
        .next()
        .is_some_and(|word| is(word, &["select", "values", "table", "with", "show", "describe", "desc", "explain"]))
        && !words.any(|word| is(word, &["insert", "update", "delete", "replace", "into"]))
}

/// The statements of a script.
pub(super) fn statements(sql: &str) -> impl Iterator<Item = &str> {
    scan::statements(sql, skipped, |sql| scan::at_semicolon(sql, skipped))
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
