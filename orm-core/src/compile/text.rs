//! SQL text of the user's, with its named values.

use super::Compiler;
use crate::{
    error::{Error, ErrorKind, Result},
    expr::tree::TextClause,
};

impl Compiler<'_> {
    /// Writes the text with a placeholder for each `:name` outside quotes and comments.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if a name has no value, or a value no name.
    pub(super) fn text_clause(&mut self, clause: &TextClause) -> Result<()> {
        let TextClause { sql, binds } = clause;
        let mut used = vec![false; binds.len()];
        for piece in pieces(sql) {
            match piece {
                Piece::Sql(sql) => self.push(sql),
                Piece::Name(name) => {
                    let Some(index) = binds.iter().position(|(bound, _)| bound == name) else {
                        return Err(Error::new(
                            ErrorKind::Statement,
                            format!("the text uses :{name}, which has no value; add .bind(\"{name}\", …)"),
                        )
                        .with_sql(sql.to_string()));
                    };
                    used[index] = true;
                    self.bind(&binds[index].1);
                }
            }
        }
        match used.iter().position(|used| !used) {
            None => Ok(()),
            Some(index) => Err(Error::new(
                ErrorKind::Statement,
                format!("the value of :{} is not used in the text", binds[index].0),
            )
            .with_sql(sql.to_string())),
        }
    }
}

#[derive(Debug, PartialEq)]
enum Piece<'a> {
    Sql(&'a str),
    Name(&'a str),
}

/// Cuts `sql` at each `:name`. Text in quotes, comments and `::` casts is left alone.
fn pieces(sql: &str) -> Vec<Piece<'_>> {
    let bytes = sql.as_bytes();
    let mut pieces = Vec::new();
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let rest = &sql[at..];
        at = match bytes[at] {
            quote @ (b'\'' | b'"' | b'`') => at + 1 + end_of(&rest[1..], quote as char),
            b'-' if rest.starts_with("--") => at + rest.find('\n').unwrap_or(rest.len()),
            b'/' if rest.starts_with("/*") => at + rest.find("*/").map_or(rest.len(), |end| end + 2),
            b':' if rest.starts_with("::") => at + 2,
            b':' => {
                let length = rest[1..].bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count();
                if length > 0 && !bytes[at + 1].is_ascii_digit() {
                    pieces.push(Piece::Sql(&sql[start..at]));
                    pieces.push(Piece::Name(&sql[at + 1..at + 1 + length]));
                    start = at + 1 + length;
                }
                at + 1 + length
            }
            // ASCII bytes never stand inside another character, so every cut is at a character's edge.
            _ => at + 1,
        };
        while at < bytes.len() && !sql.is_char_boundary(at) {
            at += 1;
        }
    }
    pieces.push(Piece::Sql(&sql[start..]));
    pieces
}

/// The length of `text` up to and with the closing quote.
fn end_of(text: &str, quote: char) -> usize {
    text.find(quote).map_or(text.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use super::{Piece, pieces};

    fn names(sql: &str) -> Vec<&str> {
        pieces(sql)
            .into_iter()
            .filter_map(|piece| if let Piece::Name(name) = piece { Some(name) } else { None })
            .collect()
    }

    #[test]
    fn names_are_found_outside_quotes_comments_and_casts() {
        assert_eq!(
            names("a = :a AND b = ':no' AND \":no\" > :b_2 -- :no\n /* :no */ OR c::int = :ü OR '12:30' = :a"),
            ["a", "b_2", "a"]
        );
    }

    #[test]
    fn unfinished_quotes_end_with_the_text() {
        assert_eq!(names("'open :a"), Vec::<&str>::new());
        assert_eq!(names("ünï = :a /* open"), ["a"]);
    }

    #[test]
    fn pieces_give_the_text_back() {
        let sql = "x=:a+':b'::text||:c";
        let back: String = pieces(sql)
            .iter()
            .map(|piece| match piece {
                Piece::Sql(sql) => (*sql).to_string(),
                Piece::Name(name) => format!(":{name}"),
            })
            .collect();
        assert_eq!(back, sql);
    }
}
