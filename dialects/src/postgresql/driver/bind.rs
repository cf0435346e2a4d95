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
use sqlx::{
    Encode, Postgres, Type,
    encode::IsNull,
    error::BoxDynError,
    postgres::{PgArgumentBuffer, PgTypeInfo},
};

/// What the server is told of a value's type when a statement is prepared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Declared {
    /// Its own type, so that `a + $1` means one thing wherever `a` comes from.
    Own,
    /// As `Own`, for those too that are best left to the server: a text is an enum, a JSON or a text by what it is compared with.
    Forced,
}

/// The type that is declared for a value.
pub(super) fn declare(value: &Value, declared: Declared) -> PgTypeInfo {
    let (sql_type, is_list) = match value {
        Value::List(item, values) => (values.first().map_or(*item, own_type), true),
        Value::Null(SqlType::Array(item)) => (**item, true),
        value => (own_type(value), false),
    };
    type_info(sql_type, is_list, declared).unwrap_or(PgTypeInfo::with_name("unknown"))
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

/// The server's type; `None` if it is to find out by itself.
fn type_info(sql_type: SqlType, is_list: bool, declared: Declared) -> Option<PgTypeInfo> {
    fn of<T: Type<Postgres>>(is_list: bool) -> PgTypeInfo
    where
        Vec<T>: Type<Postgres>,
    {
        if is_list { <Vec<T> as Type<Postgres>>::type_info() } else { T::type_info() }
    }
    let forced = declared == Declared::Forced;
    Some(match sql_type {
        SqlType::Boolean => of::<bool>(is_list),
        SqlType::Real => of::<f32>(is_list),
        SqlType::Double => of::<f64>(is_list),
        SqlType::Decimal | SqlType::BigDecimal => of::<rust_decimal::Decimal>(is_list),
        SqlType::Bytes => of::<Vec<u8>>(is_list),
        SqlType::Date => of::<chrono::NaiveDate>(is_list),
        SqlType::Time => of::<chrono::NaiveTime>(is_list),
        SqlType::DateTime => of::<chrono::NaiveDateTime>(is_list),
        SqlType::UtcDateTime => of::<chrono::DateTime<chrono::Utc>>(is_list),
        SqlType::Uuid => of::<uuid::Uuid>(is_list),
        SqlType::BigUnsigned if !forced => return None,
        SqlType::Enum(def) if def.storage == EnumStorage::Integer => of::<i64>(is_list),
        sql_type if sql_type.is_integer() => of::<i64>(is_list),
        SqlType::Json if forced => of::<serde_json::Value>(is_list),
        _ if forced => of::<String>(is_list),
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

/// A value with what the server takes it for; sqlx asks it for its bytes.
pub(super) struct Parameter<'a> {
    pub(super) value: &'a Value,
    pub(super) wire: &'a Wire,
    pub(super) declared: Declared,
}

impl Type<Postgres> for Parameter<'_> {
    fn type_info() -> PgTypeInfo {
        PgTypeInfo::with_name("unknown")
    }
}

impl<'q> Encode<'q, Postgres> for Parameter<'_> {
    fn encode_by_ref(&self, buffer: &mut PgArgumentBuffer) -> Result<IsNull, BoxDynError> {
        if self.value.is_null() {
            return Ok(IsNull::Yes);
        }
        write(self.value, self.wire, buffer)?;
        Ok(IsNull::No)
    }

    fn produces(&self) -> Option<PgTypeInfo> {
        Some(declare(self.value, self.declared))
    }
}

/// Appends the bytes of a value that [`fits`].
pub(super) fn write(value: &Value, wire: &Wire, buffer: &mut Vec<u8>) -> Result<()> {
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
    for value in values {
        let start = buffer.len();
        buffer.extend((-1_i32).to_be_bytes());
        if !value.is_null() {
            write(value, item, buffer)?;
            let length = i32::try_from(buffer.len() - start - 4).map_err(|_| encode("the array is too large"))?;
            buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
        }
    }
    Ok(())
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
