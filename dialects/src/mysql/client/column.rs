//! What a column of a result is.

use super::reader::Reader;

/// A column of a result.
pub(crate) struct ColumnType {
    pub(crate) name: String,
    pub(crate) wire: Wire,
    /// The protocol's number of the type.
    pub(super) kind: u8,
}

/// How the bytes of a value are to be read, in MySQL's binary format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Wire {
    /// As many bytes as it has, the lowest first.
    Int,
    Unsigned,
    /// As many bytes as it has, the highest first.
    Bit,
    Float,
    Double,
    /// As text.
    Decimal,
    /// Every type whose bytes are text: enums too.
    Text,
    Bytes,
    Date,
    Time,
    /// With a zone or without one, which is the session's: UTC.
    DateTime,
    /// One that no Rust type stands for.
    Other,
}

const UNSIGNED: u16 = 0x20;
const ENUM: u16 = 0x100;
const SET: u16 = 0x800;
/// The character set of bytes.
const BINARY: u16 = 63;

/// A column, by its [definition](https://mariadb.com/kb/en/result-set-packets/#column-definition-packet).
pub(super) fn read_column(packet: &[u8]) -> Option<ColumnType> {
    let mut reader = Reader(packet);
    let (_catalog, _schema, _table, _own_table) = (reader.sized()?, reader.sized()?, reader.sized()?, reader.sized()?);
    let name = String::from_utf8_lossy(reader.sized()?).into_owned();
    let (_own_name, _length_of_the_rest) = (reader.sized()?, reader.number()?);
    let (charset, _width, kind, flags) = (reader.u16()?, reader.u32()?, reader.u8()?, reader.u16()?);
    Some(ColumnType { name, wire: wire(kind, flags, charset), kind })
}

fn wire(kind: u8, flags: u16, charset: u16) -> Wire {
    match kind {
        1..=3 | 8 | 9 if flags & UNSIGNED != 0 => Wire::Unsigned,
        1..=3 | 8 | 9 => Wire::Int,
        4 => Wire::Float,
        5 => Wire::Double,
        0 | 246 => Wire::Decimal,
        7 | 12 => Wire::DateTime,
        10 => Wire::Date,
        11 => Wire::Time,
        13 => Wire::Unsigned, // YEAR
        16 => Wire::Bit,
        245 | 247 | 248 => Wire::Text, // JSON, ENUM, SET
        15 | 249..=254 if flags & (ENUM | SET) != 0 || charset != BINARY => Wire::Text,
        15 | 249..=254 => Wire::Bytes,
        _ => Wire::Other,
    }
}

impl ColumnType {
    /// Where a value begins that is at this place of a row, and how long it is. What tells the length of a date and a time is part of it.
    #[inline]
    pub(super) fn place(&self, packet: &[u8], at: usize) -> Option<(usize, usize)> {
        Some(match self.kind {
            1 => (at, 1),
            2 | 13 => (at, 2),
            3 | 4 | 9 => (at, 4),
            5 | 8 => (at, 8),
            6 => (at, 0),
            7 | 10..=12 => (at, 1 + usize::from(*packet.get(at)?)),
            _ => {
                let mut reader = Reader(packet.get(at..)?);
                let length = usize::try_from(reader.number()?).ok()?;
                (packet.len() - reader.0.len(), length)
            }
        })
    }
}
