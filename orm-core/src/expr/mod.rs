//! What can be computed: typed columns and expressions over one untyped tree.

mod column;
mod relation;

pub use column::{Column, RefersTo, foreign_key};
pub use relation::{BelongsTo, Cardinality, HasMany, HasOne, Many, One, Relation, RelationEnds};
