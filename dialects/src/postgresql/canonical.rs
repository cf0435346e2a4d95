//! Types and expressions as PostgreSQL writes them: it keeps what a text means, and tells it in words of its own.

use aludel_core::{compile::catalog::type_parts, schema::ReflectedType, types::SqlType};

/// The names that the catalog writes another way than CREATE TABLE does.
const ALIASES: &[(&str, &str)] = &[
    ("bool", "boolean"),
    ("int2", "smallint"),
    ("int4", "integer"),
    ("int", "integer"),
    ("int8", "bigint"),
    ("float4", "real"),
    ("float8", "double precision"),
    ("float", "double precision"),
    ("decimal", "numeric"),
    ("varchar", "character varying"),
    ("char", "character"),
    ("time", "time without time zone"),
    ("timetz", "time with time zone"),
    ("timestamp", "timestamp without time zone"),
    ("timestamptz", "timestamp with time zone"),
];

/// The type of this name; several names mean one type.
pub(super) fn read_type(name: &str) -> ReflectedType {
    let (item, brackets) = name.split_at(name.find("[]").unwrap_or(name.len()));
    let (base, numbers) = type_parts(item);
    let base = ALIASES.iter().find(|(alias, _)| *alias == base).map_or(base.as_str(), |(_, full)| full);
    let number = |at: usize| numbers.get(at).copied();
    let sql_type = match base {
        "boolean" => SqlType::Boolean,
        "smallint" => SqlType::SmallInt,
        "integer" => SqlType::Integer,
        "bigint" => SqlType::BigInt,
        "real" => SqlType::Real,
        "double precision" => SqlType::Double,
        "numeric" => SqlType::Decimal,
        "text" | "character varying" | "character" => SqlType::Text,
        "bytea" => SqlType::Bytes,
        "date" => SqlType::Date,
        "time without time zone" => SqlType::Time,
        "timestamp without time zone" => SqlType::DateTime,
        "timestamp with time zone" => SqlType::UtcDateTime,
        "uuid" => SqlType::Uuid,
        "jsonb" | "json" => SqlType::Json,
        _ => return ReflectedType { name: name.to_owned(), sql_type: None, length: None, precision: None },
    };
    let precision = || Some((number(0)?.try_into().ok()?, number(1).unwrap_or(0).try_into().ok()?));
    ReflectedType {
        name: written(base, &numbers) + brackets,
        sql_type: if brackets.is_empty() { Some(sql_type) } else { array(sql_type) },
        length: number(0).filter(|_| sql_type == SqlType::Text).and_then(|length| length.try_into().ok()),
        precision: precision().filter(|_| sql_type == SqlType::Decimal),
    }
}

/// The type as the catalog writes it: the numbers stand after the first word of a time, else at the end.
fn written(base: &str, numbers: &[i64]) -> String {
    if numbers.is_empty() {
        return base.to_owned();
    }
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let (before, after) =
        if base.starts_with("time") { base.split_at(base.find(' ').unwrap_or(base.len())) } else { (base, "") };
    format!("{before}({}){after}", numbers.join(","))
}

/// The type of a list.
fn array(item: SqlType) -> Option<SqlType> {
    macro_rules! array {
        ($($name:ident)*) => {
            match item {
                $(SqlType::$name => Some(SqlType::Array(&SqlType::$name)),)*
                _ => None,
            }
        };
    }
    array!(Boolean SmallInt Integer BigInt Real Double Decimal Text Bytes Date Time DateTime UtcDateTime Uuid Json)
}

/// The condition without parentheses around all of it.
pub(super) fn without_parentheses(sql: &str) -> &str {
    let mut depth = 0;
    let mut quoted = None;
    for (at, c) in sql.char_indices() {
        match (quoted, c) {
            (Some(quote), c) if c == quote => quoted = None,
            (None, '\'' | '"') => quoted = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth == 0 && at + c.len_utf8() < sql.len() {
            return sql;
        }
    }
    sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')).unwrap_or(sql)
}

/// A default as it is compared: without the casts and parentheses that the server adds, and with only its texts as they
/// were written.
pub(super) fn plain(sql: &str) -> String {
    let mut plain = String::new();
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' => rest[1..].find('\'').map_or(rest.len(), |end| end + 2),
            _ if rest.starts_with("::") => cast(rest),
            c => c.len_utf8(),
        };
        let (token, after) = rest.split_at(length);
        match first {
            // A number below zero is a text with a cast.
            '\'' if token.trim_matches('\'').parse::<f64>().is_ok() => plain.push_str(token.trim_matches('\'')),
            '\'' => plain.push_str(token),
            _ if token.starts_with("::") || matches!(first, '(' | ')') || first.is_whitespace() => {}
            _ => plain.push_str(&token.to_lowercase()),
        }
        rest = after;
    }
    plain
}

/// The length of a cast at the beginning of the text: `::character varying(10)[]`.
fn cast(sql: &str) -> usize {
    let in_name = |c: char| c.is_alphanumeric() || matches!(c, '_' | ' ' | '"' | '.' | '[' | ']');
    let end = sql[2..].find(|c| !in_name(c)).map_or(sql.len(), |end| end + 2);
    match sql[end..].strip_prefix('(') {
        Some(inside) => inside.find(')').map_or(sql.len(), |close| end + close + 2),
        None => end,
    }
}

#[cfg(test)]
mod tests {
    use super::{plain, read_type, without_parentheses};
    use aludel_core::types::SqlType;

    #[test]
    fn types_are_called_one_name() {
        let read = |name| {
            let read = read_type(name);
            (read.name, read.sql_type, read.length, read.precision)
        };
        for name in ["VARCHAR(50)", "character varying(50)"] {
            assert_eq!(read(name), ("character varying(50)".into(), Some(SqlType::Text), Some(50), None));
        }
        for name in ["NUMERIC(10, 2)", "numeric(10,2)"] {
            assert_eq!(read(name), ("numeric(10,2)".into(), Some(SqlType::Decimal), None, Some((10, 2))));
        }
        let times = "timestamp(3) with time zone";
        assert_eq!(read(times), (times.into(), Some(SqlType::UtcDateTime), None, None));
        let list = Some(SqlType::Array(&SqlType::BigInt));
        assert_eq!(read("BIGINT[]"), ("bigint[]".into(), list, None, None));
        assert_eq!(read("app.mood"), ("app.mood".into(), None, None, None));
    }

    #[test]
    fn defaults_are_compared_without_what_the_server_adds() {
        for (written, told) in [
            ("'it''s (new)'", "'it''s (new)'::character varying(10)"),
            ("-5", "'-5'::integer"),
            ("lower('X')", "lower('X'::text)"),
            ("CURRENT_TIMESTAMP", "CURRENT_TIMESTAMP"),
            ("1.5", "1.5"),
            ("'calm'", "'calm'::\"Mood\""),
        ] {
            assert_eq!(plain(written), plain(told));
        }
        assert_ne!(plain("'A'"), plain("'a'::text"));
        assert_eq!(without_parentheses("((a) > (b))"), "(a) > (b)");
        assert_eq!(without_parentheses("(a) > (b)"), "(a) > (b)");
        assert_eq!(without_parentheses("(a = ')')"), "a = ')'");
    }
}
