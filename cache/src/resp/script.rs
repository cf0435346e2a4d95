//! What Redis does in one step that has no command of its own.

use redis::Script;
use sha1::{Digest as _, Sha1};
use std::{fmt::Write as _, sync::LazyLock};

/// Adds bytes to a value if there is one: 1, or 0 without one. Its life goes on.
pub(super) static EXTEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local value = redis.call('GET', KEYS[1])
         if not value then return 0 end
         if ARGV[1] == 'back' then redis.call('APPEND', KEYS[1], ARGV[2])
         else redis.call('SET', KEYS[1], ARGV[2] .. value, 'KEEPTTL') end
         return 1",
    )
});

/// Counts, and answers the number as a text, since Lua's numbers are not exact; nil without a value. Below 0 it stops.
pub(super) static COUNT: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local value = redis.call('GET', KEYS[1])
         if not value then return false end
         if not string.match(value, '^%d+$') then return redis.error_reply('ERR value is not a number') end
         if ARGV[1] == 'up' then redis.call('INCRBY', KEYS[1], ARGV[2])
         else
           local less = #value < #ARGV[2] or (#value == #ARGV[2] and value < ARGV[2])
           if less then redis.call('SET', KEYS[1], '0', 'KEEPTTL')
           else redis.call('DECRBY', KEYS[1], ARGV[2]) end
         end
         return redis.call('GET', KEYS[1])",
    )
});

/// Writes if the SHA-1 of the value is the one told: 1, 0 if it is another, -1 without a value.
pub(super) static SWAP: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local value = redis.call('GET', KEYS[1])
         if not value then return -1 end
         if redis.sha1hex(value) ~= ARGV[1] then return 0 end
         local life = tonumber(ARGV[3])
         if life == 0 then redis.call('DEL', KEYS[1])
         elseif life < 0 then redis.call('SET', KEYS[1], ARGV[2])
         else redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) end
         return 1",
    )
});

/// The SHA-1 of a value.
pub(super) fn digest(value: &[u8]) -> [u8; 20] {
    Sha1::digest(value).into()
}

/// A digest as Redis writes it.
pub(super) fn hex(digest: &[u8]) -> String {
    digest.iter().fold(String::with_capacity(2 * digest.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
