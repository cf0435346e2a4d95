//! Enums on their way to and from a server, written once for all of them.

use super::{EnumDef, EnumStorage, Row, Value};
use crate::error::{Error, ErrorKind, Result};

impl EnumDef {
    /// The value to send for the variant at `position`.
    ///
    /// # Panics
    /// If the enum has no such variant.
    pub fn value(&'static self, position: usize) -> Value {
        match self.storage {
            EnumStorage::Integer => Value::Int(self.codes[position]),
            EnumStorage::Native | EnumStorage::Text => Value::Enum(self, &self.labels[position]),
        }
    }

    /// The position of the variant in the column at `index`; `None` is `NULL`.
    ///
    /// # Errors
    /// Of kind [`Decode`](ErrorKind::Decode) if the database holds what is no variant.
    pub fn decode(&self, row: &dyn Row, index: usize) -> Result<Option<usize>> {
        match self.storage {
            EnumStorage::Integer => {
                let Some(code) = row.i64(index)? else { return Ok(None) };
                let position = self.codes.iter().position(|known| *known == code);
                position.map(Some).ok_or_else(|| self.unknown(&code.to_string()))
            }
            EnumStorage::Native | EnumStorage::Text => {
                let Some(label) = row.str(index)? else { return Ok(None) };
                let position = self.labels.iter().position(|known| known == label);
                position.map(Some).ok_or_else(|| self.unknown(&format!("{label:?}")))
            }
        }
    }

    #[cold]
    fn unknown(&self, found: &str) -> Error {
        let known: Vec<String> = match self.storage {
            EnumStorage::Integer => {
                self.codes.iter().zip(self.labels.iter()).map(|(code, label)| format!("{code} ({label})")).collect()
            }
            EnumStorage::Native | EnumStorage::Text => self.labels.iter().map(|label| format!("{label:?}")).collect(),
        };
        let message = format!("{found} is no value of the enum {}; its values are {}", self.name, known.join(", "));
        Error::new(ErrorKind::Decode, message)
    }
}
