//! What can be computed: typed columns and expressions over one untyped tree.

mod column;
mod columns;
mod derived;
mod expression;
pub mod func;
mod literal;
mod operand;
mod operators;
mod quantified;
mod relation;
mod row;
mod scale;
mod selectable;
mod sources;
mod temporal;
mod text;
pub mod tree;
mod window;

pub use column::{Column, RefersTo};
pub(crate) use columns::{bare, expanded, named};
pub use derived::{DerivedRow, Parts, Whole};
pub use expression::{Call, Condition, Either, Expr, Expression, Grouping, InSet, Like, OrderBy, Plain, ScalarOf};
pub use func::case;
pub use literal::{IntoValue, literal};
pub use operand::{Argument, Arguments, Comparable, Given, MaybeNone, Operand, Present, WidensTo};
pub use quantified::{Compared, OneColumnQuery, Quantified};
pub use relation::{BelongsTo, Cardinality, HasMany, HasOne, Many, One, Relation, RelationEnds};
pub use row::{InRows, RowOf, RowOperand, RowValue, row};
pub(crate) use scale::{declared_scale, scale};
pub use selectable::{NoModel, Optional, Selectable};
pub(crate) use sources::{ctes, ctes_in, ctes_of, has_text, tables_around, uses_tables};
pub use temporal::{HasDate, HasTime, Temporal};
pub use text::{TextClause, text};
pub use tree::{LIKE_ESCAPE, Node, Order};
pub use window::{WindowFunction, window};
