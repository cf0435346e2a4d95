//! Where ours is better, and why.

/// Why ours is another text, and how either becomes the same: by a pattern in ours, or in theirs, and what stands for it. `docs/dialects.md` says more of each.
const REASONS: &[(&str, &[(Side, &str, &str)])] = &[
    (
        "a boolean column is a condition as it stands",
        &[
            (Theirs, r"\((\w+\.active) = (1|true)\)", "$1"),
            (Theirs, r"\((\w+\.active) = (0|false)\)", "(not $1)"),
            (Ours, r"\((\w+\.active) = \?\)", "(not $1)"),
        ],
    ),
    ("a boolean of Oracle's is a number, which is no condition", &[(Ours, r"\((\w+\.active) = 1\)", "$1")]),
    (
        "a value joined to NULL is NULL on Oracle too",
        &[(Ours, r"case when [^?]*? is not null\)* then (\(.* \|\| .*?\)) end", "$1")],
    ),
    (
        "numbers of a page are values, so that one statement serves all pages",
        &[(Theirs, r"(fetch first|offset) \d+ rows", "$1 ? rows")],
    ),
    (
        "a list is one value, whatever its length",
        &[
            (Theirs, r"in \(\?(, \?)*\)", "in (list)"),
            (Ours, r"in \(select value from json_each\(\?\)\)", "in (list)"),
            (Ours, r"in \(\?(, \?)*\)", "in (list)"),
            (Ours, r"(users\.\w+) = any\(\?\)", "($1 in (list))"),
            (Ours, r"(users\.\w+) <> all\(\?\)", "($1 not in (list))"),
        ],
    ),
    (
        "nothing is in an empty list, and the server need not look",
        &[
            (Theirs, r"\(users\.age in \(select [^)]*\) where \(1 <> 1\)\)\)", "(1 = 0)"),
            (Theirs, r"\(users\.age in \(select [^w]*where \(1 <> 1\)\)\)", "(1 = 0)"),
            (Theirs, r"\(\(users\.age in \(null\)\) and \(1 <> 1\)\)", "(1 = 0)"),
        ],
    ),
    (
        "the standard's word, which SQLite has since 3.39",
        &[(Theirs, r"is not (\?|users\.boss_id)", "is distinct from $1"), (Theirs, r"is \?", "is not distinct from ?")],
    ),
    (
        "a pattern is made once, by the client",
        &[
            (Theirs, r"\(\('%' \|\| \?\) \|\| '%'\)", "?"),
            (Theirs, r"\(\? \|\| '%'\)|\('%' \|\| \?\)", "?"),
            (
                Theirs,
                r"concat\(concat\('%', \?\), '%'\)|concat\('%', \?, '%'\)|concat\(\?, '%'\)|concat\('%', \?\)",
                "?",
            ),
        ],
    ),
    ("a backslash in a pattern is a backslash on every server", &[(Ours, r" escape ''", "")]),
    (
        "no OFFSET where none is asked for",
        &[(Theirs, r" limit \? offset \?", " limit ?"), (Ours, r" limit (\(-1\)|\?) offset \?", " limit ?")],
    ),
    (
        "OFFSET by its name",
        &[
            (Theirs, r" limit \?, (\?|18446744073709551615)", " limit ?"),
            (Ours, r" limit (\?|18446744073709551615) offset \?", " limit ?"),
        ],
    ),
    (
        "sums of integers, ranks and parts are BIGINT on every server",
        &[(Ours, r"cast\((sum\([^)]*\)|ntile\([^)]*\) over \([^)]*\)) as bigint\)", "$1")],
    ),
    (
        "numbers of a window are part of the text, since they make another plan",
        &[(Ours, r"\b1 (preceding|following)", "? $1"), (Ours, r"ntile\(2\)", "ntile(?)")],
    ),
    (
        "columns of one table need no name before them",
        &[
            (Theirs, r"returning \w+\.(\w+), \w+\.(\w+)$", "returning $1, $2"),
            (Theirs, r"returning \w+\.(\w+)$", "returning $1"),
        ],
    ),
    (
        "what an UPDATE or a DELETE joins is joined",
        &[(
            Ours,
            r"^delete posts from posts join users on (\(.*\)) where (\(.*\))$",
            "delete from posts using posts, users where ($1 and $2)",
        )],
    ),
    (
        "nothing comes back that nobody asked for",
        &[(Theirs, r"^(insert into clusters \([^)]*\) values .*) returning id$", "$1")],
    ),
    (
        "MySQL has no NULLS FIRST and NULLS LAST",
        &[
            (Ours, r"\(users\.score is (not )?null\), users\.score( desc)?", "users.score"),
            (Theirs, r"users\.score( desc)? nulls (first|last)", "users.score"),
        ],
    ),
];

/// Which text a pattern is looked for in.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Ours,
    Theirs,
}
use Side::{Ours, Theirs};

/// Why two texts differ; none if nothing known makes them the same.
pub fn reasons(ours: &str, theirs: &str) -> Option<Vec<&'static str>> {
    let mut texts = [ours.to_owned(), theirs.to_owned()];
    let mut reasons = Vec::new();
    for (reason, patterns) in REASONS {
        if texts[0] == texts[1] {
            break;
        }
        let before = texts.clone();
        for (side, pattern, by) in *patterns {
            let text = &mut texts[usize::from(*side == Theirs)];
            *text = regex::Regex::new(pattern).expect("a pattern").replace_all(text, *by).into_owned();
        }
        if before != texts {
            reasons.push(*reason);
        }
    }
    (texts[0] == texts[1]).then_some(reasons)
}
