//! The SQL that the query language makes, and that SQLite answers as it should.

#![allow(missing_docs, unreachable_pub)]

mod aggregates;
mod bulk;
mod cache;
mod comparison;
mod conditional;
mod ddl;
mod decimals;
mod fixture;
mod joins;
mod numbers;
mod ordering;
mod precedence;
mod scope;
mod sheet;
mod subqueries;
mod text;
