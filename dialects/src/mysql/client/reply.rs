//! What stands in the server's packets.

use super::{column::ColumnType, reader::Reader};

/// More results follow.
const MORE_RESULTS: u16 = 0x08;
/// The first byte of the packet behind the last row.
const END: u8 = 0xfe;

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mysql::client::column::Wire;

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
