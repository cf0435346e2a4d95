//! A struct kept as JSON.

use super::{DbType, Row, SqlType, Value};
use crate::error::{Error, ErrorKind, Result};
use serde::{Serialize, de::DeserializeOwned};
use std::ops::{Deref, DerefMut};

/// A value kept in a JSON column through `serde`.
///
/// ```
/// # use aludel_core::types::Json;
/// #[derive(Debug, Clone, serde::Serialize, serde::Deserialize)]
/// struct Address { city: String }
/// let address = Json(Address { city: "Ur".into() });
/// assert_eq!(address.city, "Ur");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, serde::Deserialize)]
#[serde(transparent)]
pub struct Json<T>(pub T);

impl<T> Deref for Json<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T> DerefMut for Json<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<T: Serialize + DeserializeOwned + Clone + Send + Sync + 'static> DbType for Json<T> {
    const SQL_TYPE: SqlType = SqlType::Json;

    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>> {
        row.json(index)?.map(|text| parse(&text).map(Json)).transpose()
    }

    fn to_value(&self) -> Value {
        // A map with keys that are no strings is the one thing serde_json refuses; it is sent as an
        // empty text, which every server refuses as JSON, so nothing wrong is ever stored.
        Value::Json(serde_json::to_string(&self.0).unwrap_or_default())
    }
}

impl DbType for serde_json::Value {
    const SQL_TYPE: SqlType = SqlType::Json;

    fn decode(row: &dyn Row, index: usize) -> Result<Option<Self>> {
        row.json(index)?.map(|text| parse(&text)).transpose()
    }

    fn to_value(&self) -> Value {
        Value::Json(self.to_string())
    }
}

fn parse<T: DeserializeOwned>(text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|error| {
        Error::new(ErrorKind::Decode, format!("the JSON does not fit the Rust type: {error}")).with_source(error)
    })
}
