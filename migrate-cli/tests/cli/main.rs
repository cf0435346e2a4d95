//! The `aludel` command, as one runs it.

mod agreement;
mod database;
mod mistakes;
mod program;
mod selection;
