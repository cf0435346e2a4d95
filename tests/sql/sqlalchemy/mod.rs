//! The same statements as SQLAlchemy's, which `tests/sqlalchemy/statements.py` has compiled: both say the same, or we know why not; and they answer
//! the same on every server.

mod answers;
mod normal;
mod reasons;
mod statements;

use crate::sheet::DIALECTS;
use statements::{Entry, entries};
use std::{collections::BTreeMap, fmt::Write};

/// What SQLAlchemy makes of them: by name and dialect.
fn theirs() -> BTreeMap<(String, String), String> {
    let mut all = BTreeMap::new();
    let mut name = String::new();
    for line in include_str!("../../sqlalchemy/statements.txt").lines() {
        if let Some(next) = line.strip_prefix("== ") {
            name = next.to_owned();
        } else if let Some((dialect, sql)) = line.split_once(": ") {
            all.insert((name.clone(), dialect.to_owned()), sql.to_owned());
        }
    }
    all
}

#[test]
fn we_say_what_sqlalchemy_says() {
    let theirs = theirs();
    let mut count: BTreeMap<&str, u32> = BTreeMap::new();
    let mut unknown = String::new();
    let entries = entries();
    assert_eq!(entries.len() * DIALECTS.len(), theirs.len(), "statements.txt has others");
    for (name, entry) in entries {
        for &dialect in DIALECTS {
            let their = &theirs[&(name.clone(), dialect.name().to_owned())];
            let ours = match &entry {
                Entry::Statement(statement) => statement.to_sql(dialect),
                Entry::Sql(sql) => sql(dialect),
            };
            let ours = match ours {
                Ok(ours) => ours,
                Err(error) => {
                    assert_eq!(error.kind(), aludel::ErrorKind::NotSupported, "{name}: {error}");
                    *count.entry("not supported, and an error before anything is sent").or_default() += 1;
                    continue;
                }
            };
            let text = normal::normal(&ours, dialect.name()).unwrap_or_else(|| panic!("no SQL: {ours}"));
            let reason = match normal::normal(their, dialect.name()) {
                Some(their) if their == text => "equal",
                Some(their) => match reasons::reasons(&text, &their) {
                    Some(reasons) => {
                        for reason in reasons {
                            *count.entry(reason).or_default() += 1;
                        }
                        "equal but for a reason"
                    }
                    None => {
                        writeln!(unknown, "{name}, {}\n  we: {text}\n  they: {their}", dialect.name()).expect("a text");
                        continue;
                    }
                },
                None if their.starts_with('!') => "SQLAlchemy has no SQL for it, and we have",
                None => "SQLAlchemy's is no SQL of this server",
            };
            *count.entry(reason).or_default() += 1;
        }
    }
    assert!(unknown.is_empty(), "{unknown}");
    let counts: Vec<String> = count.iter().map(|(reason, count)| format!("{count:4} {reason}")).collect();
    insta::assert_snapshot!("sqlalchemy", counts.join("\n"));
}
