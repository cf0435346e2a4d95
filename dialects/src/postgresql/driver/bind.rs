//! Values on their way into a statement.

use super::{
    numeric,
    temporal::{write_date, write_date_time, write_time},
    wire::Wire,
};
use aludel_core::{
    Error, ErrorKind, Result,
    types::{EnumStorage, SqlType, Value},
};

/// What the server is told of a value's type when a statement is prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// Its own type, so that `a + $1` means one thing wherever `a` comes from.
    Own,
    /// As `Own`, for those too that are best left to the server: a text is an enum, a JSON or a text by what it is compared with.
    Forced,
}

/// The number of the type that is declared for a value; 0 if the server is to find out by itself.
pub(super) fn declare(value: &Value, declared: Declared) -> u32 {
    let (sql_type, is_list) = match value {
        Value::List(item, values) => (values.first().map_or(*item, own_type), true),
        Value::Null(SqlType::Array(item)) => (**item, true),
        value => (own_type(value), false),
    };
    match type_number(sql_type, declared) {
        Some((item, list)) => {
            if is_list {
                list
            } else {
                item
            }
        }
        None => 0,
    }
}

fn own_type(value: &Value) -> SqlType {
    match value {
        Value::Null(sql_type) => *sql_type,
        Value::Bool(_) => SqlType::Boolean,
        Value::Int(_) => SqlType::BigInt,
        Value::UInt(_) => SqlType::BigUnsigned,
        Value::Float(_) => SqlType::Real,
        Value::Double(_) => SqlType::Double,
        Value::Bytes(_) => SqlType::Bytes,
        Value::Date(_) => SqlType::Date,
        Value::Time(_) => SqlType::Time,
        Value::DateTime(_) => SqlType::DateTime,
        Value::UtcDateTime(_) => SqlType::UtcDateTime,
        Value::Decimal(_) => SqlType::Decimal,
        Value::BigDecimal(_) => SqlType::BigDecimal,
        Value::Uuid(_) => SqlType::Uuid,
        Value::Json(_) => SqlType::Json,
        Value::Enum(def, _) => SqlType::Enum(def),
        _ => SqlType::Text,
    }
}

/// The numbers of the server's type and of arrays of it, from its catalog `pg_type`; `None` if it is to find out by itself.
fn type_number(sql_type: SqlType, declared: Declared) -> Option<(u32, u32)> {
    const INT8: (u32, u32) = (20, 1016);
    let forced = declared == Declared::Forced;
    Some(match sql_type {
        SqlType::Boolean => (16, 1000),
        SqlType::Real => (700, 1021),
        SqlType::Double => (701, 1022),
        SqlType::Decimal | SqlType::BigDecimal => (1700, 1231),
        SqlType::Bytes => (17, 1001),
        SqlType::Date => (1082, 1182),
        SqlType::Time => (1083, 1183),
        SqlType::DateTime => (1114, 1115),
        SqlType::UtcDateTime => (1184, 1185),
        SqlType::Uuid => (2950, 2951),
        SqlType::BigUnsigned if !forced => return None,
        SqlType::Enum(def) if def.storage == EnumStorage::Integer => INT8,
        sql_type if sql_type.is_integer() => INT8,
        SqlType::Json if forced => (3802, 3807),
        _ if forced => (25, 1009),
        _ => return None,
    })
}

/// Whether a value can be sent as what the server takes it for.
pub(super) fn fits(value: &Value, wire: &Wire) -> bool {
    match (value, wire) {
        (Value::Null(_), _)
        | (Value::Bool(_), Wire::Bool)
        | (Value::Int(_) | Value::UInt(_), Wire::Int2 | Wire::Int4 | Wire::Int8 | Wire::Numeric)
        | (Value::Float(_), Wire::Float4 | Wire::Float8)
        | (Value::Double(_), Wire::Float8)
        | (Value::Decimal(_) | Value::BigDecimal(_), Wire::Numeric)
        | (Value::Text(_) | Value::Json(_), Wire::Text | Wire::Json | Wire::Jsonb)
        | (Value::Enum(..), Wire::Text)
        | (Value::Bytes(_), Wire::Bytes)
        | (Value::Date(_), Wire::Date)
        | (Value::Time(_), Wire::Time)
        | (Value::DateTime(_), Wire::DateTime)
        | (Value::UtcDateTime(_), Wire::UtcDateTime)
        | (Value::Uuid(_), Wire::Uuid) => true,
        (Value::List(_, values), Wire::Array(item, _)) => values.iter().all(|value| fits(value, item)),
        _ => false,
    }
}

/// Appends a value that [`fits`] with its length before it, as messages and arrays have it.
pub(super) fn write_sized(value: &Value, wire: &Wire, buffer: &mut Vec<u8>) -> Result<()> {
    let start = buffer.len();
    buffer.extend((-1_i32).to_be_bytes());
    if value.is_null() {
        return Ok(());
    }
    write(value, wire, buffer)?;
    let length = i32::try_from(buffer.len() - start - 4).map_err(|_| encode("the value is too large"))?;
    buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
    Ok(())
}

/// Appends the bytes of a value that [`fits`].
fn write(value: &Value, wire: &Wire, buffer: &mut Vec<u8>) -> Result<()> {
    match value {
        Value::Bool(v) => buffer.push((*v).into()),
        Value::Int(v) => integer((*v).into(), wire, buffer)?,
        Value::UInt(v) => integer((*v).into(), wire, buffer)?,
        Value::Float(v) if *wire == Wire::Float8 => buffer.extend(f64::from(*v).to_be_bytes()),
        Value::Float(v) => buffer.extend(v.to_be_bytes()),
        Value::Double(v) => buffer.extend(v.to_be_bytes()),
        Value::Decimal(v) => numeric::write(v, buffer),
        Value::BigDecimal(v) => numeric::write_text(v, buffer).ok_or_else(|| unknown(value))?,
        Value::Text(v) | Value::Json(v) => text(v, wire, buffer)?,
        Value::Enum(_, v) => text(v, wire, buffer)?,
        Value::Bytes(v) => buffer.extend(v),
        Value::Date(v) => buffer.extend(write_date(*v)?.to_be_bytes()),
        Value::Time(v) => buffer.extend(write_time(*v)?.to_be_bytes()),
        Value::DateTime(v) => buffer.extend(write_date_time(*v)?.to_be_bytes()),
        Value::UtcDateTime(v) => buffer.extend(write_date_time(v.naive_utc())?.to_be_bytes()),
        Value::Uuid(v) => buffer.extend(v.as_bytes()),
        Value::List(_, values) => match wire {
            Wire::Array(item, oid) => list(values, item, *oid, buffer)?,
            _ => return Err(unknown(value)),
        },
        other => return Err(unknown(other)),
    }
    Ok(())
}

fn integer(value: i128, wire: &Wire, buffer: &mut Vec<u8>) -> Result<()> {
    let too_large = |type_name| encode(format!("{value} cannot be stored: it is out of the range of {type_name}"));
    match wire {
        Wire::Int2 => buffer.extend(i16::try_from(value).map_err(|_| too_large("SMALLINT"))?.to_be_bytes()),
        Wire::Int4 => buffer.extend(i32::try_from(value).map_err(|_| too_large("INTEGER"))?.to_be_bytes()),
        Wire::Numeric => numeric::write(&rust_decimal::Decimal::from(value), buffer),
        _ => buffer.extend(i64::try_from(value).map_err(|_| too_large("BIGINT"))?.to_be_bytes()),
    }
    Ok(())
}

fn text(text: &str, wire: &Wire, buffer: &mut Vec<u8>) -> Result<()> {
    if text.contains('\0') {
        return Err(encode("a text with a NUL character cannot be stored in PostgreSQL; keep it as bytes"));
    }
    if *wire == Wire::Jsonb {
        buffer.push(1); // the version of the format
    }
    buffer.extend(text.as_bytes());
    Ok(())
}

fn list(values: &[Value], item: &Wire, oid: u32, buffer: &mut Vec<u8>) -> Result<()> {
    let count = i32::try_from(values.len()).map_err(|_| encode("the array has too many elements"))?;
    let has_nulls = values.iter().any(Value::is_null);
    buffer.extend(i32::from(count > 0).to_be_bytes()); // dimensions
    buffer.extend(i32::from(has_nulls).to_be_bytes());
    buffer.extend(oid.to_be_bytes());
    if count > 0 {
        buffer.extend(count.to_be_bytes());
        buffer.extend(1_i32.to_be_bytes()); // the first index
    }
    values.iter().try_for_each(|value| write_sized(value, item, buffer))
}

#[cold]
fn encode(message: impl Into<String>) -> Error {
    Error::new(ErrorKind::Encode, message)
}

#[cold]
fn unknown(value: &Value) -> Error {
    Error::new(ErrorKind::NotSupported, format!("PostgreSQL cannot store {value:?}"))
}

/// The error of a value that the server takes for something else.
#[cold]
pub(super) fn unfit(number: usize, value: &Value, wire: &Wire) -> Error {
    let message = format!(
        "value {number} is {value:?}, and PostgreSQL takes it for {wire:?}; say what it is: CAST(${number} AS …)"
    );
    Error::new(ErrorKind::Encode, message)
}
