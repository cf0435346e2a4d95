//! The versions of Oracle.

/// A version of Oracle: its number and that of the release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version(pub u8, pub u8);

impl Version {
    /// 12.1, the first with generated keys and FETCH.
    pub const V12_1: Self = Self(12, 1);
    /// 12.2, the first with names of more than 30 bytes.
    pub const V12_2: Self = Self(12, 2);
    /// 19c, which is what a server is taken for that does not say.
    pub const V19: Self = Self(19, 0);
    /// 21c
    pub const V21: Self = Self(21, 0);
    /// 23ai, the first with booleans.
    pub const V23: Self = Self(23, 0);
}
