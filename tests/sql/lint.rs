//! What Oracle 19c refuses and a parser of SQL lets pass.

/// Refuses SQL that Oracle 19c would.
pub fn check(sql: &str) {
    if let Some(fault) = fault(sql) {
        panic!("Oracle has no {fault}\n{sql}");
    }
}

fn fault(sql: &str) -> Option<&'static str> {
    let words = words(sql);
    let has = |phrase: &[&str]| words.windows(phrase.len()).any(|window| window == phrase);
    let begins = |word: &str| words.first().is_some_and(|first| first == word);
    let faults = [
        ("semicolon at the end", words.last().is_some_and(|word| word == ";")),
        ("IF EXISTS and IF NOT EXISTS", has(&["IF", "EXISTS"]) || has(&["IF", "NOT", "EXISTS"])),
        ("TRUE and FALSE", has(&["TRUE"]) || has(&["FALSE"])),
        ("EXCEPT", has(&["EXCEPT"])),
        ("LIMIT", has(&["LIMIT"])),
        ("RECURSIVE", has(&["RECURSIVE"])),
        ("ILIKE", has(&["ILIKE"])),
        ("%", has(&["%"])),
        ("FILTER of an aggregate", has(&["FILTER", "("])),
        ("ON CONFLICT", has(&["ON", "CONFLICT"])),
        ("VALUES of several rows", has(&[")", ",", "("]) && has(&["VALUES", "("]) && !has(&["SELECT"])),
        ("RETURNING without INTO", has(&["RETURNING"]) && !returns_into(&words)),
        ("FETCH with FOR UPDATE", has(&["FETCH"]) && has(&["FOR", "UPDATE"])),
        ("WITH before UPDATE, DELETE and MERGE", begins("WITH") && (has(&["UPDATE"]) || has(&["DELETE"]))),
        ("AS before the alias of a table", tables_with_as(&words)),
        ("SELECT without FROM", selects_without_from(&words)),
        ("conditions as values", bare_conditions(&words)),
    ];
    faults.into_iter().find(|(_, found)| *found).map(|(fault, _)| fault)
}

/// Words in capitals, marks, and a `'` for each text; names in quotes keep them.
fn words(sql: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = sql.trim_start();
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '\'' | '"' => rest[1..].find(first).map_or(rest.len(), |end| end + 2),
            first if first.is_alphanumeric() || first == '_' => {
                rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len())
            }
            first => first.len_utf8(),
        };
        let word = &rest[..length];
        words.push(if first == '\'' { "'".to_owned() } else { word.to_uppercase() });
        rest = rest[length..].trim_start();
    }
    words
}

fn returns_into(words: &[String]) -> bool {
    let after = words.iter().skip_while(|word| *word != "RETURNING");
    after.filter(|word| *word == "INTO").count() > 0
}

/// Whether a table or a subquery in FROM has an alias after AS. In a FROM, what is not in parentheses of a call is a table.
fn tables_with_as(words: &[String]) -> bool {
    let mut clauses = vec![""];
    for (index, word) in words.iter().enumerate() {
        match word.as_str() {
            "(" => clauses.push(""),
            ")" => {
                clauses.pop();
            }
            "SELECT" | "WHERE" | "ON" | "GROUP" | "ORDER" | "SET" => replace(&mut clauses, ""),
            // Of EXTRACT and TRIM it is another.
            "FROM" if clauses.last() == Some(&"") => {
                let call = index >= 3 && words[index - 2] == "(" && words[index - 3] != "FROM";
                replace(&mut clauses, if call && words[index - 3] == "EXTRACT" { "" } else { "FROM" });
            }
            "JOIN" | "USING" => replace(&mut clauses, "FROM"),
            "AS" if clauses.last() == Some(&"FROM") => return true,
            _ => {}
        }
    }
    false
}

fn replace<'c>(clauses: &mut [&'c str], clause: &'c str) {
    if let Some(last) = clauses.last_mut() {
        *last = clause;
    }
}

/// Whether there is a SELECT that ends, with its parentheses or a set operation, before a FROM of its own.
fn selects_without_from(words: &[String]) -> bool {
    words.iter().enumerate().filter(|(_, word)| *word == "SELECT").any(|(start, _)| {
        let mut depth = 0;
        for word in &words[start + 1..] {
            match word.as_str() {
                "(" => depth += 1,
                ")" if depth == 0 => return true,
                ")" => depth -= 1,
                "FROM" if depth == 0 => return false,
                "UNION" | "INTERSECT" | "MINUS" if depth == 0 => return true,
                _ => {}
            }
        }
        true
    })
}

/// Whether a condition stands in a list of what is selected, outside a CASE.
fn bare_conditions(words: &[String]) -> bool {
    words.iter().enumerate().filter(|(_, word)| *word == "SELECT").any(|(start, _)| {
        let (mut depth, mut cases) = (0, 0);
        for word in &words[start + 1..] {
            match word.as_str() {
                "(" => depth += 1,
                ")" if depth == 0 => return false,
                ")" => depth -= 1,
                "CASE" => cases += 1,
                "END" => cases -= 1,
                "FROM" if depth == 0 => return false,
                "=" | "<" | ">" | "IN" | "LIKE" | "BETWEEN" | "NOT" | "AND" | "OR" | "IS" | "EXISTS"
                    if depth == 0 && cases == 0 =>
                {
                    return true;
                }
                _ => {}
            }
        }
        false
    })
}

#[test]
fn faults_are_found() {
    for (sql, expected) in [
        ("SELECT 1", "SELECT without FROM"),
        ("SELECT a FROM b WHERE EXISTS (SELECT 1)", "SELECT without FROM"),
        ("SELECT a FROM b UNION SELECT 1", "SELECT without FROM"),
        ("SELECT a FROM b LIMIT 1", "LIMIT"),
        ("SELECT a FROM b AS c", "AS before the alias of a table"),
        ("SELECT a FROM (SELECT 1 AS x FROM dual) AS c", "AS before the alias of a table"),
        ("SELECT a = 1 FROM b", "conditions as values"),
        ("SELECT a IS NULL AS x FROM b", "conditions as values"),
        ("SELECT a FROM b WHERE c = TRUE", "TRUE and FALSE"),
        ("SELECT a FROM b EXCEPT SELECT a FROM c", "EXCEPT"),
        ("INSERT INTO a (b) VALUES (:1), (:2)", "VALUES of several rows"),
        ("INSERT INTO a (b) VALUES (:1) RETURNING b", "RETURNING without INTO"),
        ("SELECT a FROM b FETCH FIRST 1 ROWS ONLY FOR UPDATE", "FETCH with FOR UPDATE"),
        ("CREATE TABLE IF NOT EXISTS a (b NUMBER(1))", "IF EXISTS and IF NOT EXISTS"),
        ("DELETE FROM a;", "semicolon at the end"),
    ] {
        assert_eq!(fault(sql), Some(expected), "{sql}");
    }
}

#[test]
fn what_oracle_takes_passes() {
    for sql in [
        "SELECT 1 FROM dual",
        "SELECT a AS b, CASE WHEN c = 1 THEN 1 END FROM d e WHERE e.a = ' LIMIT ' AND \"TRUE\" = 1",
        "SELECT CAST(a AS NUMBER(19)), EXTRACT(YEAR FROM b) AS y FROM c WHERE EXTRACT(DAY FROM b) = CAST(:1 AS NUMBER(19))",
        "INSERT INTO a (b) VALUES (:1) RETURNING b INTO :2",
        "MERGE INTO a USING (SELECT :1 AS b FROM dual) c ON (a.b = c.b) WHEN NOT MATCHED THEN INSERT (b) VALUES (c.b)",
    ] {
        assert_eq!(fault(sql), None, "{sql}");
    }
}
