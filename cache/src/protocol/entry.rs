//! What stands under a key, and its bytes.

use bytes::Bytes;

/// What tells a lease or a transaction from every other: 128 random bits.
pub(crate) type Id = u128;

/// A transaction that is about to commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Holder {
    pub(crate) transaction: Id,
    /// When its lock is over, in milliseconds since 1970.
    pub(crate) deadline: u64,
}

/// What stands under a key.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Entry<V = Bytes> {
    Value(V),
    /// A reader is about to fill it.
    Lease(Id),
    /// Transactions are about to commit.
    Lock(Vec<Holder>),
    /// Nothing of ours.
    Foreign,
}

/// The first bytes of what is ours, and the number of this layout.
const MAGIC: [u8; 3] = [0xA1, 0xDE, 1];

impl Entry {
    /// `A1 DE 01`, then `V` and the value, or `L` and the lease, or `K` and of each holder its transaction and its deadline; numbers have the largest
    /// byte first.
    pub(crate) fn encode(&self) -> Bytes {
        let mut bytes = MAGIC.to_vec();
        match self {
            Self::Value(value) => {
                bytes.push(b'V');
                bytes.extend_from_slice(value);
            }
            Self::Lease(lease) => {
                bytes.push(b'L');
                bytes.extend_from_slice(&lease.to_be_bytes());
            }
            Self::Lock(holders) => {
                bytes.push(b'K');
                for holder in holders {
                    bytes.extend_from_slice(&holder.transaction.to_be_bytes());
                    bytes.extend_from_slice(&holder.deadline.to_be_bytes());
                }
            }
            Self::Foreign => return Bytes::new(),
        }
        bytes.into()
    }

    /// What bytes mean; those of another program, or of another version, are foreign.
    pub(crate) fn decode(bytes: &Bytes) -> Self {
        let Some((&kind, _)) = bytes.strip_prefix(&MAGIC).and_then(<[u8]>::split_first) else { return Self::Foreign };
        let rest = bytes.slice(MAGIC.len() + 1..);
        match kind {
            b'V' => Self::Value(rest),
            b'L' => rest[..].try_into().map_or(Self::Foreign, |lease| Self::Lease(Id::from_be_bytes(lease))),
            b'K' => holders(&rest).map_or(Self::Foreign, Self::Lock),
            _ => Self::Foreign,
        }
    }
}

/// The holders of a lock; `None` if the bytes are not those of one or more.
fn holders(bytes: &[u8]) -> Option<Vec<Holder>> {
    let holder = |bytes: &[u8]| {
        let (transaction, deadline) = bytes.split_first_chunk()?;
        let deadline = u64::from_be_bytes(deadline.try_into().ok()?);
        Some(Holder { transaction: Id::from_be_bytes(*transaction), deadline })
    };
    bytes.chunks(24).map(holder).collect::<Option<Vec<_>>>().filter(|holders| !holders.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{Entry, Holder};
    use bytes::Bytes;
    use proptest::prelude::*;

    fn entries() -> impl Strategy<Value = Entry> {
        let holder = any::<(u128, u64)>().prop_map(|(transaction, deadline)| Holder { transaction, deadline });
        prop_oneof![
            any::<Vec<u8>>().prop_map(|value| Entry::Value(value.into())),
            any::<u128>().prop_map(Entry::Lease),
            prop::collection::vec(holder, 1..5).prop_map(Entry::Lock),
        ]
    }

    proptest! {
        #[test]
        fn entries_come_back(entry in entries()) {
            prop_assert_eq!(Entry::decode(&entry.encode()), entry);
        }

        /// Whatever stands in a cache is read as something, and what is cut off or changed in its head as nothing of ours.
        #[test]
        fn any_bytes_are_read(entry in entries(), cut in any::<prop::sample::Index>(), other: Vec<u8>) {
            let _ = Entry::decode(&other.into());
            let whole = entry.encode();
            let cut = cut.index(whole.len());
            let decoded = Entry::decode(&whole.slice(..cut));
            let is_shorter = |holders: &Vec<Holder>| matches!(&entry, Entry::Lock(all) if all.starts_with(holders));
            prop_assert!(match &decoded {
                Entry::Foreign => true,
                Entry::Value(_) => matches!(entry, Entry::Value(_)),
                Entry::Lock(holders) => is_shorter(holders),
                Entry::Lease(_) => false,
            }, "{decoded:?}");
        }
    }

    #[test]
    fn what_is_not_ours_is_foreign() {
        for bytes in
            [&b""[..], b"hello", b"\xA1\xDE", b"\xA1\xDE\x01", b"\xA1\xDE\x01K", b"\xA1\xDE\x02V1", b"\xA1\xDE\x01X"]
        {
            assert_eq!(Entry::decode(&Bytes::copy_from_slice(bytes)), Entry::Foreign, "{bytes:?}");
        }
    }
}
