//! Queries: built free of any session, run on one.

mod builder;
mod bulk_load;
mod collect;
mod combined;
mod executor;
mod insert;
mod join;
mod joined;
mod load;
mod lock;
mod merge;
mod named;
mod placed;
mod plan;
mod ranked;
mod relation;
mod returning;
mod rows;
mod run;
mod source;
mod stream;
mod table;
mod text;
mod text_rows;
mod upsert;
mod values;
mod view;
mod wanted;

pub use builder::{IsRow, OneColumn, Query, query};
pub use bulk_load::{BulkLoad, bulk_load};
pub use executor::{Executor, RunsOn};

pub(crate) use collect::{any_rows, take_any_rows};
pub use insert::{InsertColumns, InsertRows, insert};
pub use merge::{Merge, merge};
pub use plan::Load;
pub(crate) use plan::rows_of;
pub use relation::RelationQuery;
pub use returning::{InsertReturning, Returning};
pub use rows::{Append, Rooted};
pub use source::{FromSource, Joins, Subquery};
pub use stream::ModelStream;
pub use text::TextQuery;
pub use upsert::{ConflictTarget, OnConflict, excluded};
pub use values::{ValuesRow, values};
pub use view::{View, ViewRows};
