//! Values on their way into a statement, in the
//! [binary format](https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_binary_resultset.html#sect_protocol_binary_resultset_row_value).

use aludel_core::{Error, ErrorKind, Result, types::Value};
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

/// Appends values with what is told of them: which are NULL, and their types. `json_depth` is how deep JSON may be nested.
pub(super) fn write_all(values: &[Value], json_depth: usize, out: &mut Vec<u8>) -> Result<()> {
    if values.is_empty() {
        return Ok(());
    }
    let nulls = out.len();
    out.resize(nulls + values.len().div_ceil(8), 0);
    out.push(1); // types follow
    for (index, value) in values.iter().enumerate() {
        if value.is_null() {
            out[nulls + index / 8] |= 1 << (index % 8);
        }
        out.extend(type_of(value));
    }
    values.iter().try_for_each(|value| write(value, json_depth, out))
}

/// The number of a value's type, and whether it has no sign.
fn type_of(value: &Value) -> [u8; 2] {
    match value {
        Value::Bool(_) => [1, 0],
        Value::Float(_) => [4, 0],
        Value::Double(_) => [5, 0],
        Value::Int(_) => [8, 0],
        Value::UInt(_) => [8, 0x80],
        Value::Date(_) => [10, 0],
        Value::Time(_) => [11, 0],
        // Not TIMESTAMP, whose years end in 2038.
        Value::DateTime(_) | Value::UtcDateTime(_) => [12, 0],
        Value::Decimal(_) | Value::BigDecimal(_) => [246, 0],
        Value::Bytes(_) => [252, 0],
        _ => [253, 0],
    }
}

fn write(value: &Value, json_depth: usize, out: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Null(_) => {}
        Value::Bool(v) => out.push((*v).into()),
        Value::Int(v) => out.extend(v.to_le_bytes()),
        Value::UInt(v) => out.extend(v.to_le_bytes()),
        Value::Float(v) if v.is_finite() => out.extend(v.to_le_bytes()),
        Value::Double(v) if v.is_finite() => out.extend(v.to_le_bytes()),
        Value::Float(_) | Value::Double(_) => {
            return Err(encode(format!("{value:?} cannot be stored: MySQL's numbers are finite")));
        }
        // A decimal travels as its digits.
        Value::Decimal(v) => sized(v.to_string().as_bytes(), out),
        Value::BigDecimal(v) | Value::Text(v) => sized(v.as_bytes(), out),
        Value::Json(v) if nesting(v) > json_depth => {
            return Err(encode(format!(
                "JSON nested deeper than {json_depth} cannot be stored: the server refuses it"
            )));
        }
        Value::Json(v) => sized(v.as_bytes(), out),
        Value::Enum(_, v) => sized(v.as_bytes(), out),
        Value::Bytes(v) => sized(v, out),
        Value::Uuid(v) => sized(v.hyphenated().encode_lower(&mut [0; 36]).as_bytes(), out),
        Value::Date(v) => {
            out.push(4);
            date(checked_date(*v)?, out);
        }
        Value::Time(v) => {
            out.push(12);
            out.extend([0; 5]); // not less than nothing, and no days
            time(checked_time(*v)?, out);
        }
        Value::DateTime(v) => date_time(*v, out)?,
        Value::UtcDateTime(v) => date_time(v.naive_utc(), out)?,
        other => {
            let message = format!("MySQL and MariaDB cannot store {other:?}");
            return Err(Error::new(ErrorKind::NotSupported, message));
        }
    }
    Ok(())
}

/// Bytes with their number before them.
fn sized(bytes: &[u8], out: &mut Vec<u8>) {
    let length = bytes.len() as u64;
    let little = length.to_le_bytes();
    match length {
        0..=0xfa => out.push(little[0]),
        0xfb..=0xffff => out.extend([0xfc, little[0], little[1]]),
        0x1_0000..=0xff_ffff => out.extend([0xfd, little[0], little[1], little[2]]),
        _ => {
            out.push(0xfe);
            out.extend(little);
        }
    }
    out.extend_from_slice(bytes);
}

fn date(date: NaiveDate, out: &mut Vec<u8>) {
    // Checked to be one of four digits.
    out.extend((date.year() as u16).to_le_bytes());
    out.extend([date.month() as u8, date.day() as u8]);
}

fn time(time: NaiveTime, out: &mut Vec<u8>) {
    out.extend([time.hour() as u8, time.minute() as u8, time.second() as u8]);
    out.extend((time.nanosecond() / 1_000).to_le_bytes());
}

fn date_time(value: NaiveDateTime, out: &mut Vec<u8>) -> Result<()> {
    let (day, moment) = (checked_date(value.date())?, checked_time(value.time())?);
    out.push(11);
    date(day, out);
    time(moment, out);
    Ok(())
}

fn checked_date(date: NaiveDate) -> Result<NaiveDate> {
    if (0..=9999).contains(&date.year()) {
        return Ok(date);
    }
    Err(encode(format!("{date} cannot be stored: the years of MySQL are 0 to 9999")))
}

fn checked_time(time: NaiveTime) -> Result<NaiveTime> {
    if time.nanosecond() < 1_000_000_000 {
        return Ok(time);
    }
    Err(encode(format!("the leap second {time} cannot be stored")))
}

/// How deep the arrays and objects of a JSON text are nested.
fn nesting(json: &str) -> usize {
    let (mut depth, mut deepest, mut quoted, mut escaped) = (0_usize, 0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'[' | b'{' if !quoted => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            b']' | b'}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

#[cold]
fn encode(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Encode, message)
}

#[cfg(test)]
mod tests {
    use super::nesting;

    #[test]
    fn depths_are_counted_outside_texts() {
        for (json, depth) in [("1", 0), ("[]", 1), ("[[1], {\"a\": [2]}]", 3), (r#"["[[\"[["]"#, 1), ("", 0)] {
            assert_eq!(nesting(json), depth, "{json}");
        }
    }
}
