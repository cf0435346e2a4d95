//! What differs between servers.

use super::{Capabilities, Compiler, ListStyle, catalog::Catalog};
use crate::{
    error::{Error, ErrorKind, Result},
    expr::{Node, tree::Select},
    schema::{ColumnDef, Literal},
    types::{EnumDef, SqlType, Value},
};
use std::{borrow::Cow, fmt::Debug};

/// A server's SQL: small overrides over one generic compiler.
pub trait Dialect: Debug + Send + Sync + 'static {
    /// The name in URLs: `sqlite`, `postgresql`.
    fn name(&self) -> &'static str;

    /// What the server can do.
    fn capabilities(&self) -> &Capabilities;

    /// Whether `name`, in lower case, is a word of its SQL that must be quoted as a name.
    fn is_reserved(&self, name: &str) -> bool;

    /// What a schema of the models is called in the database; `None` is the default one.
    fn schema<'a>(&'a self, schema: Option<&'a str>) -> Option<&'a str> {
        schema
    }

    /// Writes `node` in this dialect's own way and answers `true`, or writes nothing and leaves it to the generic compiler.
    fn node(&self, compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
        let _ = (compiler, node);
        Ok(false)
    }

    /// Looks at a SELECT before it is written.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if the server would refuse what only the types of its columns tell.
    fn check_select(&self, select: &Select) -> Result<()> {
        let _ = select;
        Ok(())
    }

    /// How a list of values of the type is sent to `IN`.
    fn list_style(&self, sql_type: SqlType) -> ListStyle {
        let _ = sql_type;
        ListStyle::Padded
    }

    /// Digits after the point that a decimal column keeps as a scaled integer; `None` where decimals are decimals.
    fn scaled_decimal(&self, column: &ColumnDef) -> Option<u8> {
        let _ = column;
        None
    }

    /// Whether decimals are kept as scaled integers at all.
    fn keeps_scaled_decimals(&self) -> bool {
        false
    }

    /// The type of a column in CREATE TABLE.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if the server would change values of this type.
    fn column_type(&self, column: &ColumnDef) -> Result<Cow<'static, str>>;

    /// What CREATE TABLE says of a generated key, after its type.
    fn autoincrement(&self) -> &'static str;

    /// Whether the generated key's column must itself say `PRIMARY KEY`.
    fn inline_primary_key(&self) -> bool {
        false
    }

    /// What CREATE TABLE says after its columns and constraints.
    fn table_options(&self) -> &'static str {
        ""
    }

    /// Looks at a column that a key or an index is made of.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if no key can hold values of its type.
    fn check_key(&self, column: &ColumnDef) -> Result<()> {
        let _ = column;
        Ok(())
    }

    /// A condition that the column's type alone does not enforce, for a CHECK; `name` is the quoted column.
    fn type_check(&self, column: &ColumnDef, name: &str) -> Option<String> {
        let _ = (column, name);
        None
    }

    /// The type in a CAST.
    fn cast_type(&self, sql_type: SqlType) -> Result<Cow<'static, str>>;

    /// A text written into SQL.
    fn text_literal(&self, text: &str) -> String {
        quote_text(text)
    }

    /// A value written into SQL, where a placeholder cannot stand: a default in CREATE TABLE.
    ///
    /// # Errors
    /// Of kind [`NotSupported`](ErrorKind::NotSupported) if the value has no such form.
    fn literal(&self, value: &Value) -> Result<String> {
        match value {
            Value::Text(v) | Value::Json(v) => Ok(self.text_literal(v)),
            Value::Enum(_, v) => Ok(self.text_literal(v)),
            other => plain_literal(self.capabilities(), self.name(), other),
        }
    }

    /// An attribute's literal written into SQL as a value of `column`.
    fn column_literal(&self, column: &ColumnDef, literal: &Literal) -> Result<String> {
        match literal.to_value(column.sql_type) {
            Some(value) => self.literal(&value),
            None => Err(literal_does_not_fit(column, literal)),
        }
    }

    /// What is said before tables that refer to each other are dropped.
    fn before_dropping_cycles(&self) -> Option<&'static str> {
        None
    }

    /// A query, with its values, that yields a row if the table exists.
    fn table_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>);

    /// How the database is asked for its tables; `None` where it cannot be yet.
    fn catalog(&self) -> Option<&dyn Catalog> {
        None
    }

    /// A query, with its values, that yields a row if the sequence exists; asked only where there are sequences. Where they have their names in
    /// common with tables, it is the query for a table.
    fn sequence_exists(&self, schema: Option<&str>, name: &str) -> (String, Vec<Value>) {
        self.table_exists(schema, name)
    }

    /// A query, with its values, that yields a row if the type of the enum exists; asked only where enums are types.
    fn enum_exists(&self, def: &EnumDef) -> (String, Vec<Value>) {
        let _ = def;
        ("SELECT 1".into(), Vec::new())
    }
}

/// A value written into SQL as most servers have it.
///
/// # Errors
/// As [`Dialect::literal`].
pub fn plain_literal(capabilities: &Capabilities, dialect: &str, value: &Value) -> Result<String> {
    Ok(match value {
        Value::Null(_) => "NULL".into(),
        Value::Bool(v) if capabilities.booleans => if *v { "TRUE" } else { "FALSE" }.into(),
        Value::Bool(v) => i64::from(*v).to_string(),
        Value::Int(v) => v.to_string(),
        Value::UInt(v) => v.to_string(),
        Value::Float(v) if v.is_finite() => format!("{v:?}"),
        Value::Double(v) if v.is_finite() => format!("{v:?}"),
        Value::Decimal(v) => v.to_string(),
        Value::BigDecimal(v) => v.clone(),
        Value::Text(v) | Value::Json(v) => quote_text(v),
        Value::Enum(_, v) => quote_text(v),
        Value::Uuid(v) => quote_text(&v.to_string()),
        other => {
            return Err(Error::new(
                ErrorKind::NotSupported,
                format!("{} cannot have {other:?} as a default; use sql(\"…\")", dialect),
            ));
        }
    })
}

/// The error of a default that is no value of its column's type.
#[cold]
pub fn literal_does_not_fit(column: &ColumnDef, literal: &Literal) -> Error {
    let message = format!("the default {literal:?} does not fit the type {:?}", column.sql_type);
    Error::new(ErrorKind::Schema, message).with_column(column.name.to_string())
}

/// A name as the dialect's SQL wants it: in quotes if it must be.
///
/// # Errors
/// Of kind [`Schema`](ErrorKind::Schema) if it is empty or holds a NUL character.
pub fn quoted(dialect: &dyn Dialect, name: &str) -> Result<String> {
    let mut sql = String::with_capacity(name.len());
    super::compiler::quote_name(dialect, name, &mut sql)?;
    Ok(sql)
}

/// `text` in single quotes, each of its own doubled.
pub fn quote_text(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
