//! From a statement and a dialect to SQL: one generic walk, and small overrides for each dialect.

mod cache;
mod call;
mod capabilities;
pub mod catalog;
mod compiled;
mod compiler;
mod compound;
pub(crate) mod constraint;
mod ddl;
mod decimal;
mod dialect;
mod expression;
mod grouped;
mod insert;
mod joined;
mod merge;
mod precedence;
mod raw_check;
mod select;
mod shape;
mod source;
mod text;
mod translated;
mod typing;
mod update_many;
mod upsert;
mod with;
mod write;

pub use cache::{StatementCache, compile};
pub use capabilities::{
    Capabilities, Comments, GeneratedKeys, InsertDefaults, InsertMany, JoinedWrites, KeyActions, LastInsertId,
    ListStyle, LockOf, MergeStyle, NativeEnums, NextValue, Paging, Placeholder, RowLocks, StringAgg, UpdateMany,
    UpdateStyle, Upsert,
};
pub(crate) use compiled::check_digits;
pub use compiled::{Compiled, Output, StatementKind};
pub use compiler::Compiler;
pub(crate) use compound::is_plain;
pub use ddl::{add_deferred, create_enums, create_script, create_table, ddl, drop_script, enums};
pub use dialect::{Dialect, literal_does_not_fit, plain_literal, quote_text, quoted};
pub use precedence::Precedence;
pub(crate) use select::outputs;
pub(crate) use translated::{SchemaNames, Translated};
pub use typing::sql_type;
pub(crate) use upsert::EXCLUDED;
