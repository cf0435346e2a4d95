//! What stands in the server's messages.

use crate::network;
use aludel_core::Error;

/// Reads a message from its beginning.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(*head)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        self.bytes().map(|[byte]| byte)
    }

    fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_be_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_be_bytes)
    }

    /// A text that ends with a zero.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = &self.0[..end];
        self.0 = &self.0[end + 1..];
        Some(text)
    }
}

/// Where a transaction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Transaction {
    None,
    Open,
    /// An error ended it.
    Failed,
}

impl Transaction {
    /// By what the server says when it listens.
    pub(super) fn read(body: &[u8]) -> Self {
        match body {
            [b'T'] => Self::Open,
            [b'E'] => Self::Failed,
            _ => Self::None,
        }
    }
}

/// Where the values of a row are in its message; `None` is NULL.
pub(super) fn columns(body: &[u8], columns: &mut Vec<Option<(usize, usize)>>) -> Option<()> {
    columns.clear();
    let (count, mut rest) = body.split_first_chunk()?;
    for _ in 0..u16::from_be_bytes(*count) {
        let (length, tail) = rest.split_first_chunk()?;
        rest = tail;
        let start = body.len() - rest.len();
        columns.push(match usize::try_from(i32::from_be_bytes(*length)) {
            Ok(length) => {
                rest = rest.get(length..)?;
                Some((start, start + length))
            }
            Err(_) => None,
        });
    }
    Some(())
}

/// The types of a statement's values.
pub(super) fn parameters(body: &[u8]) -> Option<Vec<u32>> {
    let mut reader = Reader(body);
    (0..reader.u16()?).map(|_| reader.u32()).collect()
}

/// The names and types of a statement's columns.
pub(super) fn described(body: &[u8]) -> Option<Vec<(String, u32)>> {
    let mut reader = Reader(body);
    let count = reader.u16()?;
    let column = |_| {
        let name = String::from_utf8_lossy(reader.text()?).into_owned();
        let (_table, _column, number) = (reader.u32()?, reader.u16()?, reader.u32()?);
        let (_size, _modifier, _format) = (reader.u16()?, reader.u32()?, reader.u16()?);
        Some((name, number))
    };
    (0..count).map(column).collect()
}

/// How many rows a statement has changed or yielded, by its tag: `INSERT 0 5`, `UPDATE 5`, `CREATE TABLE`.
pub(super) fn affected(tag: &[u8]) -> u64 {
    let text = tag.strip_suffix(&[0]).unwrap_or(tag);
    let last = text.rsplit(|byte| *byte == b' ').next().unwrap_or_default();
    str::from_utf8(last).ok().and_then(|count| count.parse().ok()).unwrap_or(0)
}

#[cold]
pub(super) fn nonsense() -> Error {
    network::nonsense("PostgreSQL")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_told_apart_from_nonsense() {
        let mut found = Vec::new();
        let body = [0, 3, 0, 0, 0, 2, 7, 8, 255, 255, 255, 255, 0, 0, 0, 0];
        assert_eq!(columns(&body, &mut found), Some(()));
        assert_eq!(found, [Some((6, 8)), None, Some((16, 16))]);
        for length in 0..body.len() {
            assert_eq!(columns(&body[..length], &mut found), None, "{length}");
        }
    }

    #[test]
    fn tags_tell_how_many_rows() {
        for (tag, count) in [("INSERT 0 5\0", 5), ("SELECT 12\0", 12), ("CREATE TABLE\0", 0), ("\0", 0), ("", 0)] {
            assert_eq!(affected(tag.as_bytes()), count, "{tag}");
        }
    }

    #[test]
    fn columns_are_described() {
        let mut body = vec![0, 1];
        body.extend(b"id\0");
        body.extend([0, 0, 0, 9, 0, 1, 0, 0, 0, 20, 0, 8, 255, 255, 255, 255, 0, 0]);
        assert_eq!(described(&body), Some(vec![("id".to_owned(), 20)]));
        assert_eq!(described(&body[..9]), None);
        assert_eq!(parameters(&[0, 2, 0, 0, 0, 20, 0, 0, 0, 25]), Some(vec![20, 25]));
    }
}
