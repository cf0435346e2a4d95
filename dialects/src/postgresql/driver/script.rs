//! What a text is, as far as its words tell.

use crate::scan::{self, Words};

/// Whether the statement reads and does nothing else, so that ending it early undoes nothing.
pub(super) fn reads(statement: &str) -> bool {
    let mut words = Words(statement, skipped);
    let is = |word: &str, known: &[&str]| known.iter().any(|known| known.eq_ignore_ascii_case(word));
    words.next().is_some_and(|word| is(word, &["select", "values", "table", "with", "show"]))
        && !words.any(|word| is(word, &["insert", "update", "delete", "merge", "into"]))
}

/// How many values the statement has: the greatest number of a `$1`.
pub(super) fn placeholders(mut sql: &str) -> usize {
    let mut greatest = 0;
    while let Some(first) = sql.chars().next() {
        let length = skipped(sql).unwrap_or_else(|| {
            let digits = sql.bytes().skip(1).take_while(u8::is_ascii_digit).count();
            if first != '$' || digits == 0 {
                return first.len_utf8();
            }
            greatest = greatest.max(sql[1..=digits].parse().unwrap_or(usize::MAX));
            1 + digits
        });
        sql = &sql[length..];
    }
    greatest
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
        [b'\'', ..] => until(1, "'"),
        [b'"', ..] => until(1, "\""),
        // A backslash escapes in E'…'.
        [b'e' | b'E', b'\'', ..] => {
            let mut escaped = false;
            let end = sql.bytes().skip(2).position(|byte| {
                let closes = byte == b'\'' && !escaped;
                escaped = byte == b'\\' && !escaped;
                closes
            });
            Some(end.map_or(sql.len(), |end| end + 3))
        }
        [b'-', b'-', ..] => until(2, "\n"),
        [b'/', b'*', ..] => {
            let (mut depth, mut at) = (1, 2);
            while depth > 0 && at < sql.len() {
                let rest = &sql.as_bytes()[at..];
                let (change, length) = match rest {
                    [b'/', b'*', ..] => (1, 2),
                    [b'*', b'/', ..] => (-1, 2),
                    _ => (0, 1),
                };
                depth += change;
                at += length;
            }
            // The last byte that was passed over is ASCII, or the text ends here.
            Some(at)
        }
        [b'$', ..] => {
            let tag = sql[1..].find('$').map(|end| &sql[..end + 2])?;
            let name = &tag[1..tag.len() - 1];
            let is_tag = name.chars().all(|c| c.is_alphanumeric() || c == '_')
                && !name.starts_with(|c: char| c.is_ascii_digit());
            if is_tag { until(tag.len(), tag) } else { None }
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_cut_between_statements() {
        let sql =
            "SELECT ';'; -- a; b\n DO $$ BEGIN; END $$; /* ; /* ; */ ; */ SELECT E'\\';' ; CREATE TABLE \"a;b\" ();; ";
        let cut: Vec<_> = statements(sql).collect();
        assert_eq!(cut.len(), 4, "{cut:?}");
        assert!(cut[1].contains("DO $$ BEGIN; END $$"));
        assert_eq!(statements("SELECT $1; DO $a$ ; $b$ ; $a$").count(), 2);
        for odd in ["'", "/*", "$a$", "é'", "E'\\", "--", "$é$ ; "] {
            assert!(statements(odd).count() < 2);
        }
    }

    #[test]
    fn values_are_counted() {
        for (sql, expected) in [("SELECT $1, $12", 12), ("SELECT '$1', $$ $2 $$, $ -- $3", 0), ("$", 0), ("a$1é$2", 2)]
        {
            assert_eq!(placeholders(sql), expected, "{sql}");
        }
    }

    #[test]
    fn what_reads_can_be_ended_early() {
        assert!(reads("SELECT 'insert'") && reads("WITH a AS (SELECT 1) TABLE a") && reads("-- delete\nvalues (1)"));
        assert!(!reads("WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a") && !reads("INSERT INTO t VALUES (1)"));
    }
}
