//! SQL text of the user's, with its named values.

use super::{Compiler, Placeholder};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::tree::TextNode,
};

impl Compiler<'_> {
    /// Writes the text with a placeholder for each `:name` outside quotes and comments.
    ///
    /// # Errors
    /// Of kind [`Statement`](ErrorKind::Statement) if a name has no value, a value no name, or a quote or comment no end.
    pub(super) fn text_clause(&mut self, clause: &TextNode) -> Result<()> {
        let TextNode { sql, binds } = clause;
        let mut used = vec![false; binds.len()];
        let (pieces, end) = pieces(sql);
        for piece in pieces {
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
                // To some servers it is an operator.
                Piece::Mark(mark)
                    if mark.starts_with('?') && self.dialect().capabilities().placeholder != Placeholder::Question =>
                {
                    self.push(mark)
                }
                Piece::Mark(mark) => {
                    let message =
                        format!("values in a text have names: write :name for {mark}, and add .bind(\"name\", …)");
                    return Err(Error::new(ErrorKind::Statement, message).with_sql(sql.to_string()));
                }
            }
        }
        match end {
            End::Plain => {}
            // What follows in the statement must not become part of the comment.
            End::Comment => self.push("\n"),
            End::Open(what) => {
                return Err(Error::new(ErrorKind::Statement, format!("the text opens {what} and does not close it"))
                    .with_sql(sql.to_string()));
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
    /// A server's own placeholder.
    Mark(&'a str),
}

/// Where a text leaves off.
#[derive(Debug, Clone, Copy, PartialEq)]
enum End {
    /// Between words.
    Plain,
    /// In a comment that ends with the line.
    Comment,
    /// In something that has an end of its own.
    Open(&'static str),
}

/// Cuts `sql` at each `:name`. Text in quotes, comments and `::` casts is left alone.
fn pieces(sql: &str) -> (Vec<Piece<'_>>, End) {
    let bytes = sql.as_bytes();
    let mut pieces = Vec::new();
    let mut end = End::Plain;
    let mut until = |rest: &str, skip: usize, close: &str, unclosed: End| match rest[skip..].find(close) {
        Some(found) => skip + found + close.len(),
        None => {
            end = unclosed;
            rest.len()
        }
    };
    let (mut start, mut at) = (0, 0);
    while at < bytes.len() {
        let rest = &sql[at..];
        at = match bytes[at] {
            b'\'' => at + until(rest, 1, "'", End::Open("a quote")),
            b'"' => at + until(rest, 1, "\"", End::Open("a quote")),
            b'`' => at + until(rest, 1, "`", End::Open("a quote")),
            b'-' if rest.starts_with("--") => at + until(rest, 2, "\n", End::Comment),
            b'/' if rest.starts_with("/*") => at + until(rest, 2, "*/", End::Open("a comment")),
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
            mark @ (b'?' | b'$') => {
                let digits = rest[1..].bytes().take_while(u8::is_ascii_digit).count();
                if mark == b'?' || digits > 0 {
                    pieces.push(Piece::Sql(&sql[start..at]));
                    pieces.push(Piece::Mark(&rest[..=digits]));
                    start = at + 1 + digits;
                }
                at + 1 + digits
            }
            // ASCII bytes never stand inside another character, so every cut is at a character's edge.
            _ => at + 1,
        };
        while at < bytes.len() && !sql.is_char_boundary(at) {
            at += 1;
        }
    }
    pieces.push(Piece::Sql(&sql[start..]));
    (pieces, end)
}

#[cfg(test)]
mod tests {
    use super::{End, Piece, pieces};

    fn names(sql: &str) -> Vec<&str> {
        pieces(sql)
            .0
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
    fn what_is_left_open_is_seen() {
        assert_eq!(pieces("'open :a").1, End::Open("a quote"));
        assert_eq!(pieces("ünï = :a /* open").1, End::Open("a comment"));
        assert_eq!(pieces("a -- :b").1, End::Comment);
        assert_eq!(pieces("a -- 'b\n").1, End::Plain);
        assert_eq!(pieces("'it''s' /* ' */").1, End::Plain);
        assert_eq!(names("ünï = :a /* open"), ["a"]);
    }

    #[test]
    fn pieces_give_the_text_back() {
        let sql = "x=:a+':b'::text||:c ? $1 $a '?'";
        let back: String = pieces(sql)
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Sql(sql) => (*sql).to_string(),
                Piece::Name(name) => format!(":{name}"),
                Piece::Mark(mark) => (*mark).to_string(),
            })
            .collect();
        assert_eq!(back, sql);
    }
}
