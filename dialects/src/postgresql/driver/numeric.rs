//! `numeric` in the binary format: digits to the base 10,000 around a point. No number goes through a float.

use rust_decimal::Decimal;

const NEGATIVE: u16 = 0x4000;
const BASE: u128 = 10_000;
/// The most digits after the point that a `Decimal` has.
const MAX_SCALE: u32 = 28;

/// Appends the value.
pub(super) fn write(value: &Decimal, buffer: &mut Vec<u8>) {
    let scale = value.scale();
    let mantissa = value.mantissa().unsigned_abs();
    let unit = 10_u128.pow(scale);
    let mut digits: Vec<u16> = Vec::with_capacity(16);
    // From the last to the first: first those after the point, filled up to whole groups.
    let mut fraction = mantissa % unit * 10_u128.pow((4 - scale % 4) % 4);
    for _ in 0..scale.div_ceil(4) {
        digits.push((fraction % BASE) as u16);
        fraction /= BASE;
    }
    let mut whole = mantissa / unit;
    let mut weight: i16 = -1;
    while whole > 0 {
        digits.push((whole % BASE) as u16);
        whole /= BASE;
        weight += 1;
    }
    while digits.last() == Some(&0) {
        digits.pop();
        weight -= 1;
    }
    let trailing = digits.iter().take_while(|digit| **digit == 0).count();
    let digits = &digits[trailing..];
    buffer.extend((digits.len() as u16).to_be_bytes());
    buffer.extend(if digits.is_empty() { 0 } else { weight }.to_be_bytes());
    buffer.extend(if value.is_sign_negative() && !digits.is_empty() { NEGATIVE } else { 0 }.to_be_bytes());
    buffer.extend((scale as u16).to_be_bytes());
    digits.iter().rev().for_each(|digit| buffer.extend(digit.to_be_bytes()));
}

/// Reads a value; `None` if it is no number, or has more digits than a `Decimal`.
pub(super) fn read(bytes: &[u8]) -> Option<Decimal> {
    let mut words = bytes.chunks_exact(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
    let count = words.next()?;
    let weight = i32::from(words.next()?.cast_signed());
    let sign = words.next()?;
    let scale = u32::from(words.next()?);
    if sign != 0 && sign != NEGATIVE {
        return None; // NaN and the infinities
    }
    let mut mantissa: u128 = 0;
    for digit in words.take(count.into()) {
        mantissa = mantissa.checked_mul(BASE)?.checked_add(digit.into())?;
    }
    // The last group ends this many digits before the one that the scale asks for; it may be filled up with zeros beyond that.
    let missing = (weight - i32::from(count) + 1) * 4 + scale.cast_signed();
    let power = 10_u128.checked_pow(missing.unsigned_abs());
    mantissa = match (mantissa, missing < 0) {
        (0, _) => 0,
        (_, true) => mantissa / power?,
        (_, false) => mantissa.checked_mul(power?)?,
    };
    let (mut mantissa, mut scale) = (i128::try_from(mantissa).ok()?, scale);
    loop {
        if scale <= MAX_SCALE
            && let Ok(value) = Decimal::try_from_i128_with_scale(if sign == 0 { mantissa } else { -mantissa }, scale)
        {
            return Some(value);
        }
        // Zeros at the end are more exact than a Decimal can say, and no less true without them.
        if scale == 0 || mantissa % 10 != 0 {
            return None;
        }
        mantissa /= 10;
        scale -= 1;
    }
}

/// Appends a number of any length, given by its digits with a point and a sign; `None` if it is none, or longer than the format has room for.
pub(super) fn write_text(text: &str, buffer: &mut Vec<u8>) -> Option<()> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(text) => (true, text),
        None => (false, text),
    };
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Filled up to whole groups on both sides of the point.
    let mut digits = "0".repeat((4 - whole.len() % 4) % 4) + whole + fraction;
    digits.push_str(&"0".repeat((4 - fraction.len() % 4) % 4));
    let groups: Option<Vec<u16>> =
        digits.as_bytes().chunks(4).map(|group| std::str::from_utf8(group).ok()?.parse().ok()).collect();
    let groups = groups?;
    let leading = groups.iter().take_while(|group| **group == 0).count();
    let weight = i16::try_from(whole.len().div_ceil(4)).ok()?.checked_sub(i16::try_from(leading).ok()? + 1)?;
    let groups = &groups[leading..];
    let groups = &groups[..groups.len() - groups.iter().rev().take_while(|group| **group == 0).count()];
    buffer.extend(u16::try_from(groups.len()).ok()?.to_be_bytes());
    buffer.extend(if groups.is_empty() { 0 } else { weight }.to_be_bytes());
    buffer.extend(if negative && !groups.is_empty() { NEGATIVE } else { 0 }.to_be_bytes());
    buffer.extend(u16::try_from(fraction.len()).ok()?.to_be_bytes());
    groups.iter().for_each(|group| buffer.extend(group.to_be_bytes()));
    Some(())
}

/// Reads a number of any length as its digits with a point and a sign; `None` if it is none.
pub(super) fn read_text(bytes: &[u8]) -> Option<String> {
    let mut words = bytes.chunks_exact(2).map(|word| u16::from_be_bytes([word[0], word[1]]));
    let count = words.next()?;
    let weight = i32::from(words.next()?.cast_signed());
    let sign = words.next()?;
    let scale = usize::from(words.next()?);
    if sign != 0 && sign != NEGATIVE {
        return None; // NaN and the infinities
    }
    let groups: Vec<u16> = words.take(count.into()).collect();
    let group = |place: i32| usize::try_from(weight - place).ok().and_then(|at| groups.get(at)).copied().unwrap_or(0);
    let mut text = String::new();
    for place in (0..=weight.max(0)).rev() {
        text.push_str(&format!("{:04}", group(place)));
    }
    let whole = text.trim_start_matches('0');
    let mut text = if whole.is_empty() { "0".to_owned() } else { whole.to_owned() };
    if sign == NEGATIVE {
        text.insert(0, '-');
    }
    if scale > 0 {
        let mut fraction = String::new();
        for place in 1..=i32::try_from(scale.div_ceil(4)).ok()? {
            fraction.push_str(&format!("{:04}", group(-place)));
        }
        fraction.truncate(scale);
        text.push('.');
        text.push_str(&fraction);
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(text: &str) -> Option<String> {
        let mut bytes = Vec::new();
        write(&text.parse().expect("a decimal"), &mut bytes);
        read(&bytes).map(|value| value.to_string())
    }

    #[test]
    fn every_digit_comes_back() {
        for text in [
            "0",
            "0.00",
            "1",
            "-1",
            "10000",
            "9999",
            "-0.01",
            "1.50",
            "0.0001",
            "0.00001",
            "123456789.000000001",
            "79228162514264337593543950335",
            "-7.9228162514264337593543950335",
            "0.0000000000000000000000000001",
            "100000000.0",
        ] {
            assert_eq!(back(text).as_deref(), Some(text));
        }
        for text in [
            "0",
            "-0.01",
            "1.50",
            "10000",
            "99999.00001",
            "12345678901234567890123456789012345678",
            "-1234567890123456789012345678.0123456789",
            "0.00000000000000000000000000000000000001",
            "100000000.0",
        ] {
            let mut bytes = Vec::new();
            write_text(text, &mut bytes).expect("a number");
            assert_eq!(read_text(&bytes).as_deref(), Some(text));
            if let Ok(decimal) = Decimal::from_str_exact(text) {
                let mut same = Vec::new();
                write(&decimal, &mut same);
                assert_eq!(bytes, same, "{text}");
            }
        }
        assert_eq!(write_text("1e5", &mut Vec::new()), None);
        assert_eq!(back("-0.00").as_deref(), Some("0.00"), "numeric has no negative zero");
    }

    #[test]
    fn what_no_decimal_can_hold_is_told() {
        let words = |words: &[u16]| words.iter().flat_map(|word| word.to_be_bytes()).collect::<Vec<_>>();
        assert_eq!(read(&words(&[0, 0, 0xc000, 0])), None, "NaN");
        assert_eq!(read(&words(&[1, 9, 0, 0, 1])), None, "10^36");
        assert_eq!(
            read(&words(&[1, 0, 0, 30, 7])).map(|value| value.to_string()).as_deref(),
            Some("7.0000000000000000000000000000")
        );
        assert_eq!(read(&words(&[0, 0])), None, "cut short");
    }
}
