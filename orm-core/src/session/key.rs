//! Keys of rows, to look rows up by.

use crate::{
    schema::{ColumnRef, Model},
    types::Value,
};
use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    mem::discriminant,
    slice,
};

/// A map by keys.
pub(crate) type KeyMap<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// The values of a key's columns, none of which is `NULL`.
#[derive(Clone)]
pub(crate) enum Key {
    /// Most keys have one column.
    One(Value),
    /// Several columns.
    Several(Box<[Value]>),
}

impl Key {
    /// The key that `model` has in `columns`; `None` if one of them is `NULL`.
    pub(crate) fn of<M: Model>(model: &M, columns: &[ColumnRef]) -> Option<Self> {
        Self::new(columns.iter().map(|column| model.field(column.index.into()).to_value()))
    }

    /// The key of `values`; `None` if one of them is `NULL`.
    pub(crate) fn new(values: impl IntoIterator<Item = Value>) -> Option<Self> {
        let mut values = values.into_iter();
        let first = values.next()?;
        let key = match values.next() {
            None => Self::One(first),
            Some(second) => Self::Several([first, second].into_iter().chain(values).collect()),
        };
        (!key.values().iter().any(Value::is_null)).then_some(key)
    }

    pub(crate) fn values(&self) -> &[Value] {
        match self {
            Self::One(value) => slice::from_ref(value),
            Self::Several(values) => values,
        }
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        let (own, other) = (self.values(), other.values());
        own.len() == other.len() && own.iter().zip(other).all(|(a, b)| a.same(b))
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for value in self.values() {
            discriminant(value).hash(state);
            match value {
                Value::Bool(v) => v.hash(state),
                Value::Int(v) => v.hash(state),
                Value::UInt(v) => v.hash(state),
                Value::Float(v) => v.to_bits().hash(state),
                Value::Double(v) => v.to_bits().hash(state),
                Value::Text(v) | Value::Json(v) | Value::BigDecimal(v) => v.hash(state),
                Value::Bytes(v) => v.hash(state),
                Value::Date(v) => v.hash(state),
                Value::Time(v) => v.hash(state),
                Value::DateTime(v) => v.hash(state),
                Value::UtcDateTime(v) => v.hash(state),
                Value::Decimal(v) => v.hash(state),
                Value::Uuid(v) => v.hash(state),
                Value::Enum(_, v) => v.hash(state),
                Value::Null(_) | Value::List(..) => {} // in no key, or equal by their kind alone
            }
        }
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.values() {
            [value] => value.fmt(f),
            values => values.fmt(f),
        }
    }
}

/// A key, for a message.
pub(crate) fn shown(key: &[Value]) -> String {
    match key {
        [value] => value.shown(),
        values => format!("({})", values.iter().map(Value::shown).collect::<Vec<_>>().join(", ")),
    }
}
