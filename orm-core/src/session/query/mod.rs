//! Queries: built free of any session, run on one.

mod builder;
mod collect;
mod executor;
mod load;
mod named;
mod rows;
mod run;
mod stream;
mod text;

pub use builder::{FromSource, IsRow, Joins, OneColumn, Query, Subquery, query};
pub use executor::{Executor, RunsOn};
pub(crate) use load::rows_of;
pub use load::{Load, LoadedRelation};
pub use rows::{Append, Rooted};
pub use stream::ModelStream;
pub use text::{FromRow, TextQuery};
