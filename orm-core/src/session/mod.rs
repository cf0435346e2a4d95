//! Sessions and queries: the unit of work, and what is asked of it.

mod any_rows;
mod cascade;
mod delete;
mod dependents;
mod flush;
mod hooks;
mod identity;
mod identity_map;
mod insert;
mod kept;
mod key;
mod key_list;
mod link;
mod link_rows;
mod nested;
mod object;
mod objects;
mod order;
mod primary_key;
pub mod query;
mod refused;
mod relate;
mod related;
mod retry;
mod returned;
mod role;
#[allow(clippy::module_inception, reason = "the type is the heart of the module")]
mod session;
mod stale;
mod track;
mod transaction;
mod undo;
mod unset;
mod update;
mod work;

pub use nested::Nested;
pub use object::{Handle, OfSession, State};
pub use objects::ObjectRef;
pub use primary_key::PrimaryKey;
pub use related::Parent;
pub use session::Session;
pub use track::Track;
