//! Queries: built free of any session, run on one.

mod builder;
mod collect;
mod executor;
mod insert;
mod load;
mod named;
mod rows;
mod run;
mod stream;
mod text;

pub use builder::{FromSource, IsRow, OneColumn, Query, Subquery, query};
pub use executor::Executor;
pub use insert::{InsertRows, insert};
pub(crate) use load::rows_of;
pub use load::{Load, Nested};
pub use rows::{Append, Rooted};
pub use stream::ModelStream;
pub use text::{FromRow, TextQuery};
