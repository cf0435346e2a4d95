//! x
mod problem;
pub mod scan;
pub use problem::Problem;
