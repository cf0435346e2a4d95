//! A packet of the server's, read from its beginning.

use crate::network;
use aludel_core::Error;

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

#[cold]
pub(super) fn nonsense() -> Error {
    network::nonsense("MySQL")
}

#[cfg(test)]
mod tests {
    use super::Reader;

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
}
