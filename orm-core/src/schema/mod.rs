//! What a table is: columns, keys, constraints, indexes, and the set of tables that belong together.

mod any_model;
mod column;
mod constraint;
mod derived;
mod describe;
mod hooks;
mod metadata;
mod model;
mod naming;
mod reader;
mod reflected;
mod relation;
mod sequence;
mod table;

pub use any_model::{AnyModel, ModelDef, ReadAny, read_any};
pub use column::{ColumnDef, ColumnRole, Literal, ServerDefault};
pub use constraint::{CheckDef, ColumnTarget, ForeignKeyDef, IndexDef, ReferentialAction, UniqueDef};
pub(crate) use derived::{DerivedColumn, derived_table};
pub use hooks::{Hooks, RunHooks, When, Write, run_hooks};
pub use metadata::{MetaData, SortedTables};
pub use model::{Model, Table};
pub use naming::NamingConvention;
pub use reader::{Described, Reader, any, any_mut, no_column};
pub use reflected::{
    Computed, GeneratedKey, IndexKey, IndexPart, ReflectedCheck, ReflectedColumn, ReflectedEnum, ReflectedForeignKey,
    ReflectedIndex, ReflectedKey, ReflectedTable, ReflectedType, TableKind,
};
pub use relation::{RelationDef, RelationEnds, RelationPath, Step};
pub use sequence::Sequence;
pub use table::{ColumnRef, TableDef, TableRef};
