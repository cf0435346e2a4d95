//! What can be computed: typed columns and expressions over one untyped tree.

mod column;
mod expression;
pub mod func;
mod operand;
mod operators;
mod relation;
mod selectable;
mod sources;
mod text;
pub mod tree;

pub use column::{Column, RefersTo};
pub use expression::{Condition, Either, Expr, Expression, Grouping, InSet, Like, OrderBy, ScalarOf};
pub use func::case;
pub use operand::{Argument, Arguments, Comparable, Given, MaybeNone, Operand, Present, WidensTo};
pub use relation::{BelongsTo, Cardinality, HasMany, HasOne, Many, One, Relation, RelationEnds};
pub use selectable::{NoModel, Optional, Selectable};
pub(crate) use sources::{has_text, tables_around, uses_tables};
pub use text::{TextClause, TextValue, text};
pub use tree::{LIKE_ESCAPE, Node, Order};
