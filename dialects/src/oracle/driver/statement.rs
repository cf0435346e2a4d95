//! The places of values in a statement's text.

use super::script::skipped;

/// The placeholders of a statement.
pub(super) struct Places {
    /// Their numbers, as often and in the order as they stand in the SQL: oracledb wants a value for each of them.
    pub(super) order: Vec<usize>,
    /// The highest number; 0 where there is none.
    pub(super) last: usize,
}

impl Places {
    pub(super) fn of(sql: &str) -> Self {
        let order = numbers(sql);
        let last = order.iter().max().copied().unwrap_or(0);
        Self { order, last }
    }
}

fn numbers(sql: &str) -> Vec<usize> {
    let mut numbers = Vec::new();
    let mut at = 0;
    while at < sql.len() {
        let rest = &sql[at..];
        if let Some(length) = skipped(rest) {
            at += length;
        } else if let Some(digits) = rest.strip_prefix(':') {
            let length = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
            numbers.extend(digits[..length].parse::<usize>().ok());
            at += 1 + length;
        } else {
            at += rest.chars().next().map_or(1, char::len_utf8);
        }
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_outside_of_quotes() {
        for (sql, expected) in [
            ("SELECT :1 FROM dual", &[1][..]),
            ("UPDATE \"a:3\" SET x = :2, y = :1 WHERE x = :2", &[2, 1, 2]),
            ("SELECT ':1', q'[:2 ' ]', 'it''s :3' /* :4 */ -- :5\n FROM t WHERE x = :12", &[12]),
            ("SELECT to_char(x, 'HH24:MI') FROM dual", &[]),
            ("BEGIN x := 1; END;", &[]),
            (":", &[]),
            (":99999999999999999999999", &[]),
        ] {
            assert_eq!(numbers(sql), expected, "{sql}");
        }
    }
}
