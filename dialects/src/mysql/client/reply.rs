//! What stands in the server's packets.

use super::column::ColumnType;
use crate::network;
use aludel_core::Error;

/// More results follow.
const MORE_RESULTS: u16 = 0x08;
/// The first byte of the packet behind the last row.
const END: u8 = 0xfe;

/// Reads a packet from its beginning.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(count)?;
        self.0 = tail;
        Some(head)
    }

    fn bytes<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (head, tail) = self.0.split_first_chunk()?;
        self.0 = tail;
        Some(*head)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.bytes().map(|[byte]| byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        self.bytes().map(u16::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.bytes().map(u32::from_le_bytes)
    }

    /// A number of 1 to 9 bytes; `None` for the byte that stands for NULL too.
    pub(super) fn number(&mut self) -> Option<u64> {
        match self.u8()? {
            byte @ 0..=0xfa => Some(byte.into()),
            0xfc => self.u16().map(Into::into),
            0xfd => self.bytes().map(|[a, b, c]| u32::from_le_bytes([a, b, c, 0]).into()),
            0xfe => self.bytes().map(u64::from_le_bytes),
            0xfb | 0xff => None,
        }
    }

    /// Bytes with their number before them.
    pub(super) fn sized(&mut self) -> Option<&'a [u8]> {
        let length = self.number()?;
        self.take(length.try_into().ok()?)
    }

    /// A text that ends with a zero.
    pub(super) fn text(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let text = &self.0[..end];
        self.0 = &self.0[end + 1..];
        Some(text)
    }
}

/// How a statement has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Finished {
    /// How many rows it has found to change, inserted or deleted.
    pub(crate) affected: u64,
    /// The first key that it has generated; 0 if none.
    pub(crate) last_insert_id: u64,
    pub(super) has_more: bool,
}

impl Finished {
    /// Without the byte that says what it is.
    pub(super) fn read(packet: &[u8]) -> Option<Self> {
        let mut reader = Reader(packet);
        let (affected, last_insert_id, status) = (reader.number()?, reader.number()?, reader.u16()?);
        Some(Self { affected, last_insert_id, has_more: status & MORE_RESULTS != 0 })
    }

    /// By the packet behind the last row.
    pub(super) fn of_rows(packet: &[u8], marks_ends: bool) -> Option<Self> {
        if !marks_ends {
            return Self::read(packet.get(1..)?);
        }
        let mut reader = Reader(packet.get(1..)?);
        let (_warnings, status) = (reader.u16()?, reader.u16()?);
        Some(Self { has_more: status & MORE_RESULTS != 0, ..Self::default() })
    }
}

/// Whether a packet stands behind the last row: one that begins like this and is a row is too long for it.
#[inline]
pub(super) fn ends_rows(packet: &[u8], marks_ends: bool) -> bool {
    let longest = if marks_ends { 9 } else { 0xff_ffff };
    packet.first() == Some(&END) && packet.len() < longest
}

/// Where the values are of a row of a prepared statement; `None` is NULL.
pub(super) fn binary_row(
    packet: &[u8],
    columns: &[ColumnType],
    values: &mut Vec<Option<(usize, usize)>>,
) -> Option<()> {
    values.clear();
    // The first two bits of the map are not used.
    let nulls = packet.get(1..1 + (columns.len() + 9) / 8)?;
    let mut at = 1 + nulls.len();
    for (index, column) in columns.iter().enumerate() {
        let bit = index + 2;
        if nulls[bit / 8] & 1 << (bit % 8) != 0 {
            values.push(None);
            continue;
        }
        let (start, length) = column.place(packet, at)?;
        at = start.checked_add(length)?;
        if at > packet.len() {
            return None;
        }
        values.push(Some((start, at)));
    }
    Some(())
}

/// Where the values are of a row that came as text; `None` is NULL.
pub(super) fn text_row(packet: &[u8], columns: usize, values: &mut Vec<Option<(usize, usize)>>) -> Option<()> {
    values.clear();
    let mut reader = Reader(packet);
    for _ in 0..columns {
        if reader.0.first() == Some(&0xfb) {
            reader.u8();
            values.push(None);
            continue;
        }
        let value = reader.sized()?;
        let end = packet.len() - reader.0.len();
        values.push(Some((end - value.len(), end)));
    }
    Some(())
}

/// The number of a prepared statement, and how many columns and values it has.
pub(super) fn prepared(packet: &[u8]) -> Option<(u32, usize, usize)> {
    let mut reader = Reader(packet);
    match reader.u8()? {
        0 => Some((reader.u32()?, reader.u16()?.into(), reader.u16()?.into())),
        _ => None,
    }
}

#[cold]
pub(super) fn nonsense() -> Error {
    network::nonsense("MySQL")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::client::column::Wire;

    #[test]
    fn numbers_of_any_length() {
        for (bytes, number) in [
            (&[7][..], Some(7)),
            (&[0xfc, 1, 1], Some(257)),
            (&[0xfd, 0, 0, 1], Some(65_536)),
            (&[0xfe, 0, 0, 0, 0, 1, 0, 0, 0], Some(1 << 32)),
            (&[0xfb], None),
            (&[0xfc, 1], None),
            (&[], None),
        ] {
            assert_eq!(Reader(bytes).number(), number, "{bytes:?}");
        }
    }

    #[test]
    fn rows_are_told_apart_from_nonsense() {
        let column = |kind| ColumnType { name: String::new(), wire: Wire::Int, kind };
        let columns = [column(3), column(253), column(10), column(8)];
        let row = [0, 0b10_0000, 1, 0, 0, 0, 2, b'a', b'b', 0];
        let mut values = Vec::new();
        assert_eq!(binary_row(&row, &columns, &mut values), Some(()));
        assert_eq!(values, [Some((2, 6)), Some((7, 9)), Some((9, 10)), None]);
        for length in 0..row.len() {
            assert_eq!(binary_row(&row[..length], &columns, &mut values), None, "{length}");
        }
        assert_eq!(text_row(&[1, b'7', 0xfb, 0], 3, &mut values), Some(()));
        assert_eq!(values, [Some((1, 2)), None, Some((4, 4))]);
        assert_eq!(text_row(&[5, b'7'], 1, &mut values), None);
    }
}
