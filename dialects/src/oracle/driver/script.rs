//! Scripts, cut as SQL*Plus does it.

use crate::scan::{self, Words};

/// The statements of a script: each ends with a semicolon, or with a line that is a slash, as a block of PL/SQL does, which has semicolons
/// within and keeps them.
pub(super) fn statements(script: &str) -> impl Iterator<Item = &str> {
    scan::statements(script, skipped, cut)
}

fn cut(script: &str) -> (&str, &str) {
    let block = is_block(script);
    let mut at = 0;
    while at < script.len() {
        let rest = &script[at..];
        let starts_line = at == 0 || script.as_bytes()[at - 1] == b'\n';
        let line = rest.split('\n').next().unwrap_or(rest);
        if starts_line && line.trim() == "/" {
            return (&script[..at], &rest[line.len()..]);
        }
        match skipped(rest) {
            Some(length) => at += length,
            None if !block && rest.starts_with(';') => return (&script[..at], &rest[1..]),
            None => at += rest.chars().next().map_or(1, char::len_utf8),
        }
    }
    (script, "")
}

/// Whether PL/SQL begins here: an anonymous block, or the making of something that has one.
fn is_block(script: &str) -> bool {
    let mut words = Words(script, skipped).map(str::to_ascii_lowercase);
    let is_made = |word: String| match word.as_str() {
        "or" | "replace" | "editionable" | "noneditionable" => None,
        made => Some(matches!(made, "function" | "procedure" | "package" | "trigger" | "type")),
    };
    match words.next().as_deref() {
        Some("begin" | "declare") => true,
        Some("create") => words.find_map(is_made).unwrap_or(false),
        _ => false,
    }
}

/// The length of the quoted text or comment that `sql` begins with.
pub(super) fn skipped(sql: &str) -> Option<usize> {
    let until = |skip: usize, close: &str| {
        Some(sql.get(skip..)?.find(close).map_or(sql.len(), |found| skip + found + close.len()))
    };
    match sql.as_bytes() {
        [b'\'', ..] => until(1, "'"),
        [b'"', ..] => until(1, "\""),
        [b'q' | b'Q', b'\'', ..] => {
            let open = sql[2..].chars().next()?;
            let close = match open {
                '[' => ']',
                '{' => '}',
                '<' => '>',
                '(' => ')',
                other => other,
            };
            until(2 + open.len_utf8(), &format!("{close}'"))
        }
        [b'-', b'-', ..] => until(2, "\n"),
        [b'/', b'*', ..] => until(2, "*/"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_are_cut_between_statements() {
        let script = "-- a; b\nCREATE TABLE a (b VARCHAR2(9) DEFAULT ';');\n\nINSERT INTO a VALUES (q'[it's; one]')\n/\n\
            CREATE OR REPLACE TRIGGER t BEFORE INSERT ON a FOR EACH ROW\nBEGIN\n  :new.b := 1 / 2;\nEND;\n/\n/* ; */;;\n\
            BEGIN NULL; END;\n/\nDROP TABLE \"a;b\"";
        let cut: Vec<_> = statements(script).collect();
        let ends = ["DEFAULT ';')", "one]')", "END;", "BEGIN NULL; END;", "DROP TABLE \"a;b\""];
        assert_eq!(cut.len(), ends.len(), "{cut:#?}");
        for (statement, end) in cut.iter().zip(ends) {
            assert!(statement.ends_with(end), "{statement}");
        }
    }

    #[test]
    fn what_is_not_closed_is_the_last() {
        for odd in ["'", "/*", "q'", "q'[", "é'", "--", "\"é", "/", "x;\n/", "q'é"] {
            assert!(statements(odd).count() < 2, "{odd}");
        }
        assert_eq!(statements("SELECT 1 FROM dual;\n/\n").collect::<Vec<_>>(), ["SELECT 1 FROM dual"]);
    }
}
