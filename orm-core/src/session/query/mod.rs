//! Queries: built free of any session, run on one.

mod builder;
mod collect;
mod executor;
mod load;
mod run;
mod stream;

pub use builder::{Append, FromSource, IsRow, OneColumn, Query, Rooted, Subquery, query};
pub use executor::Executor;
pub(crate) use load::rows_of;
pub use load::{Load, Nested};
pub use stream::ModelStream;
