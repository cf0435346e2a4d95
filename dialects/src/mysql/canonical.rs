//! Types and defaults as MySQL and MariaDB write them.

use aludel_core::{compile::catalog::type_parts, schema::ReflectedType, types::SqlType};

/// The names that the catalog writes another way than CREATE TABLE does.
const ALIASES: &[(&str, &str)] = &[
    ("integer", "int"),
    ("bool", "tinyint(1)"),
    ("boolean", "tinyint(1)"),
    ("numeric", "decimal"),
    ("dec", "decimal"),
    ("fixed", "decimal"),
    ("real", "double"),
    ("double precision", "double"),
    ("nvarchar", "varchar"),
    ("character varying", "varchar"),
    ("nchar", "char"),
    ("character", "char"),
];

/// The type of this name; several names mean one type.
pub(super) fn read_type(name: &str) -> ReflectedType {
    let (base, numbers) = type_parts(name);
    if base.starts_with("enum") || base.starts_with("set") {
        return ReflectedType { name: choices(name), sql_type: None, length: None, precision: None };
    }
    let (word, unsigned) = match base.strip_suffix(" unsigned") {
        Some(word) => (word, true),
        None => (base.as_str(), false),
    };
    let word = ALIASES.iter().find(|(alias, _)| *alias == word).map_or(word, |(_, full)| full);
    let number = |at: usize| numbers.get(at).copied();
    let whole = |signed, without| Some(if unsigned { without } else { signed });
    let sql_type = match (word, number(0)) {
        ("tinyint(1)", _) | ("tinyint", Some(1)) => Some(SqlType::Boolean),
        ("tinyint", _) => whole(SqlType::TinyInt, SqlType::TinyUnsigned),
        ("smallint", _) => whole(SqlType::SmallInt, SqlType::SmallUnsigned),
        ("mediumint" | "int", _) => whole(SqlType::Integer, SqlType::Unsigned),
        ("bigint", _) => whole(SqlType::BigInt, SqlType::BigUnsigned),
        ("float", _) => Some(SqlType::Real),
        ("double", _) => Some(SqlType::Double),
        ("decimal", _) => Some(SqlType::Decimal),
        ("varchar" | "char" | "tinytext" | "text" | "mediumtext" | "longtext", _) => Some(SqlType::Text),
        ("varbinary" | "binary" | "tinyblob" | "blob" | "mediumblob" | "longblob", _) => Some(SqlType::Bytes),
        ("date", _) => Some(SqlType::Date),
        ("time", _) => Some(SqlType::Time),
        ("datetime", _) => Some(SqlType::DateTime),
        ("timestamp", _) => Some(SqlType::UtcDateTime),
        ("uuid", _) => Some(SqlType::Uuid),
        ("json", _) => Some(SqlType::Json),
        _ => None,
    };
    let numbers = match (sql_type, word) {
        // How wide a whole number is shown.
        (Some(SqlType::Boolean), _) => vec![1],
        (Some(sql_type), _) if sql_type.is_integer() => Vec::new(),
        (_, "decimal") => vec![number(0).unwrap_or(10), number(1).unwrap_or(0)],
        _ => numbers,
    };
    let word = word.trim_end_matches("(1)");
    let sized = matches!(word, "varchar" | "char" | "varbinary" | "binary");
    let precision = || Some((numbers.first().copied()?.try_into().ok()?, numbers.get(1).copied()?.try_into().ok()?));
    ReflectedType {
        name: written(word, &numbers) + if unsigned { " unsigned" } else { "" },
        sql_type,
        length: numbers.first().filter(|_| sized).and_then(|&length| length.try_into().ok()),
        precision: precision().filter(|_| word == "decimal"),
    }
}

fn written(word: &str, numbers: &[i64]) -> String {
    if numbers.is_empty() {
        return word.to_owned();
    }
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    format!("{word}({})", numbers.join(","))
}

/// `ENUM('a', 'b')` as the catalog writes it: without spaces between the labels, which stay as they are.
fn choices(name: &str) -> String {
    let mut written = String::with_capacity(name.len());
    let mut quoted = false;
    for c in name.chars() {
        quoted ^= c == '\'';
        if quoted {
            written.push(c);
        } else if !c.is_whitespace() {
            written.extend(c.to_lowercase());
        }
    }
    written
}

/// A default as it is compared: without the parentheses, quotes of names and letters in upper case that a server adds or leaves out.
pub(super) fn plain(sql: &str) -> String {
    let mut plain = String::with_capacity(sql.len());
    let mut quoted = false;
    let mut rest = sql.chars().peekable();
    while let Some(c) = rest.next() {
        match (quoted, c) {
            // A quote in a text is written as two, or behind a backslash.
            (true, '\'') if rest.next_if_eq(&'\'').is_some() => plain.push('\''),
            (true, '\\') => plain.extend(rest.next()),
            (_, '\'') => {
                quoted = !quoted;
                plain.push('\'');
            }
            (true, c) => plain.push(c),
            (false, '(' | ')' | '`') => {}
            (false, c) if c.is_whitespace() => {}
            (false, c) => plain.extend(c.to_lowercase()),
        }
    }
    match plain.as_str() {
        "true" => "1".into(),
        "false" => "0".into(),
        // It has the digits of its column.
        "now" | "current_timestamp6" => "current_timestamp".into(),
        // A decimal is told with all digits that its column has.
        text => match text.trim_matches('\'').parse::<f64>() {
            Ok(number) => number.to_string(),
            Err(_) => plain,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, read_type};
    use aludel_core::types::SqlType;

    #[test]
    fn types_are_called_one_name() {
        let read = |name| {
            let read = read_type(name);
            (read.name, read.sql_type, read.length, read.precision)
        };
        for name in ["BIGINT", "bigint(20)"] {
            assert_eq!(read(name), ("bigint".into(), Some(SqlType::BigInt), None, None));
        }
        for name in ["INT UNSIGNED", "int(10) unsigned", "integer unsigned"] {
            assert_eq!(read(name), ("int unsigned".into(), Some(SqlType::Unsigned), None, None));
        }
        for name in ["TINYINT(1)", "bool"] {
            assert_eq!(read(name), ("tinyint(1)".into(), Some(SqlType::Boolean), None, None));
        }
        assert_eq!(read("tinyint(4)"), ("tinyint".into(), Some(SqlType::TinyInt), None, None));
        for name in ["NUMERIC(10, 2)", "decimal(10,2)"] {
            assert_eq!(read(name), ("decimal(10,2)".into(), Some(SqlType::Decimal), None, Some((10, 2))));
        }
        assert_eq!(read("NVARCHAR(50)"), ("varchar(50)".into(), Some(SqlType::Text), Some(50), None));
        assert_eq!(read("ENUM('A', 'it''s ,')"), ("enum('A','it''s ,')".into(), None, None, None));
        assert_eq!(read("datetime(6)"), ("datetime(6)".into(), Some(SqlType::DateTime), None, None));
        assert_eq!(read("geometry"), ("geometry".into(), None, None, None));
    }

    #[test]
    fn defaults_are_compared_without_what_the_server_adds() {
        for (written, told) in [
            ("CURRENT_TIMESTAMP", "current_timestamp()"),
            ("CURRENT_TIMESTAMP", "current_timestamp(6)"),
            ("(lower('X'))", "lower('X')"),
            ("1.5", "1.50"),
            ("TRUE", "1"),
            ("('it''s (new)')", r"'it\'s (new)'"),
        ] {
            assert_eq!(plain(written), plain(told));
        }
        assert_ne!(plain("'A'"), plain("'a'"));
    }
}
