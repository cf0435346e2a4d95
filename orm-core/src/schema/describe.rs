//! How `#[derive(Model)]` writes a column's description.
//!
//! A model's table is one static, evaluated by the compiler. These functions keep what is written for each column short, which
//! makes models cheaper to compile than the full struct literal does.

use super::{ColumnDef, ColumnRole, Literal, ServerDefault};
use crate::types::{DbType, Field, Nullability, SqlType};
use std::{borrow::Cow, mem};

#[doc(hidden)]
impl ColumnDef {
    /// A column called `name` for a field of type `T`.
    pub const fn of<T: Field>(name: &'static str) -> Self {
        Self {
            name: Cow::Borrowed(name),
            sql_type: <T::Scalar as DbType>::SQL_TYPE,
            nullable: <T::Null as Nullability>::NULLABLE,
            length: None,
            precision: None,
            autoincrement: false,
            default: None,
            server_default: None,
            role: None,
            comment: None,
        }
    }

    /// Stops the build if the field's type is not the one that its name stands for: a source scan, which goes by names,
    /// would take it for another.
    #[track_caller]
    pub const fn known_as(self, sql_type: SqlType, nullable: bool) -> Self {
        if !self.sql_type.same_scalar(sql_type) || self.nullable != nullable {
            panic!(
                "this type has the name of one of Aludel's column types and is another; call it by another name, \
                 or give the column a `sql_type`, since the `aludel` command goes by names"
            );
        }
        self
    }

    /// `sql_type = "…"`
    pub const fn with_type(mut self, name: &'static str) -> Self {
        self.sql_type = SqlType::Custom(name);
        self
    }

    /// `length = …`
    pub const fn with_length(mut self, length: u32) -> Self {
        self.length = Some(length);
        self
    }

    /// `precision = …, scale = …`
    pub const fn with_precision(mut self, precision: u8, scale: u8) -> Self {
        self.precision = Some((precision, scale));
        self
    }

    /// `version`, `created_at`, …
    pub const fn with_role(mut self, role: ColumnRole) -> Self {
        self.role = Some(role);
        self
    }

    /// A key that the database generates.
    pub const fn generated(mut self) -> Self {
        self.autoincrement = true;
        self
    }

    /// A key that the database generates if it is an integer, which only the type knows.
    pub const fn generated_if_integer(mut self) -> Self {
        self.autoincrement = self.sql_type.is_integer();
        self
    }

    // What follows replaces a `None`, which needs no drop; a constant function cannot know that, so it is told to forget it.

    /// `default = …`
    pub const fn with_default(mut self, value: Literal) -> Self {
        mem::forget(self.default.replace(value));
        self
    }

    /// `server_default = …`
    pub const fn with_server_default(mut self, value: ServerDefault) -> Self {
        mem::forget(self.server_default.replace(value));
        self
    }

    /// `comment = "…"`
    pub const fn with_comment(mut self, comment: &'static str) -> Self {
        mem::forget(self.comment.replace(Cow::Borrowed(comment)));
        self
    }
}
