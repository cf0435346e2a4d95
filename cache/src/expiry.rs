//! How long an entry lives.

use std::time::Duration;

/// How long an entry lives, counted from when it is stored: a [`Duration`], or [`Expiry::NEVER`]. A cache may forget it earlier, to make room.
///
/// Redis counts milliseconds, memcached the seconds of a clock, so that an entry may live up to a second less than it says there. What is shorter than
/// the unit lives for one unit, never for ever; a duration of zero is over at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expiry(Option<Duration>);

impl Expiry {
    /// As long as there is room.
    pub const NEVER: Self = Self(None);

    /// The time to live; `None` for ever.
    pub fn duration(self) -> Option<Duration> {
        self.0
    }

    /// The time to live in milliseconds, rounded up: 0 is over at once, `None` for ever.
    #[cfg(any(feature = "memcached", feature = "redis"))]
    pub(crate) fn millis(self) -> Option<u64> {
        let nanos = self.0?.as_nanos();
        // Redis refuses what does not fit when it is added to the time: a hundred years are for ever.
        Some(u64::try_from(nanos.div_ceil(1_000_000)).unwrap_or(u64::MAX).min(100 * 365 * 24 * 3_600 * 1_000))
    }
}

impl From<Duration> for Expiry {
    fn from(duration: Duration) -> Self {
        Self(Some(duration))
    }
}

#[cfg(all(test, feature = "redis"))]
mod tests {
    use super::Expiry;
    use std::time::Duration;

    #[test]
    fn what_is_short_is_not_for_ever() {
        let millis = |nanos| Expiry::from(Duration::from_nanos(nanos)).millis();
        assert_eq!([millis(0), millis(1), millis(1_000_000), millis(1_000_001)], [Some(0), Some(1), Some(1), Some(2)]);
        assert_eq!(Expiry::NEVER.millis(), None);
        assert!(Expiry::from(Duration::MAX).millis().is_some());
    }
}
