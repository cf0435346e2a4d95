//! Which server has a key: as python-memcached decides, so that programs in Python and in Rust share their entries.

use memcache::exp::Router;

/// A server, and how much of the keys it has against the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Server {
    pub(crate) address: String,
    pub(crate) weight: usize,
}

/// The list in which each server stands as often as it weighs; a key's checksum counts into it. Another server, or another weight, moves nearly every
/// key.
pub(super) struct Weighted(Vec<usize>);

impl Weighted {
    pub(super) fn new(servers: &[Server]) -> Self {
        Self(servers.iter().enumerate().flat_map(|(index, server)| vec![index; server.weight]).collect())
    }
}

impl Router for Weighted {
    fn route(&self, key: &[u8], _servers: &[String]) -> usize {
        self.0[checksum(key) as usize % self.0.len()]
    }
}

/// python-memcached's `cmemcache_hash`: 15 bits of a CRC-32, and never 0.
fn checksum(key: &[u8]) -> u32 {
    ((crc32(key) >> 16) & 0x7fff).max(1)
}

/// The CRC-32 of zlib.
fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut index = 0;
        while index < 256 {
            let (mut crc, mut bit) = (index as u32, 0);
            while bit < 8 {
                crc = if crc & 1 == 1 { 0xedb8_8320 ^ (crc >> 1) } else { crc >> 1 };
                bit += 1;
            }
            table[index] = crc;
            index += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc: u32, &byte| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8))
}

#[cfg(test)]
mod tests {
    use super::{Server, Weighted, checksum, crc32};
    use memcache::exp::Router as _;

    #[test]
    fn checksums_are_those_of_python() {
        assert_eq!((crc32(b""), crc32(b"123456789")), (0, 0xcbf4_3926));
        // ((binascii.crc32(key) & 0xffffffff) >> 16) & 0x7fff or 1
        assert_eq!(checksum(b""), 1);
        assert_eq!((checksum(b"user:1"), checksum(b"a")), (PYTHON[0], PYTHON[1]));
    }

    const PYTHON: [u32; 2] = [31653, 26807];

    #[test]
    fn a_server_has_as_much_as_it_weighs() {
        let server = |weight| Server { address: String::new(), weight };
        let router = Weighted::new(&[server(1), server(3)]);
        let heavy = (0..4_000).filter(|n: &i32| router.route(format!("key{n}").as_bytes(), &[]) == 1).count();
        assert!((2_800..3_200).contains(&heavy), "{heavy}");
    }
}
