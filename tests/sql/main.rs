//! The SQL that the query language makes in each dialect, and that the databases answer as they should.

#![allow(missing_docs, unreachable_pub)]

#[path = "../servers/mod.rs"]
mod servers;

mod aggregates;
mod bulk;
mod cache;
mod comparison;
mod conditional;
mod ddl;
mod decimals;
mod fixture;
mod joins;
mod json;
mod lint;
#[cfg(feature = "mysql")]
mod mysql;
mod numbers;
mod oracle;
mod ordering;
mod precedence;
mod rows;
mod scope;
mod search;
mod sequences;
mod sets;
mod shapes;
mod sheet;
mod sqlalchemy;
mod subqueries;
mod temporal;
mod text;
mod windows;
mod with;

async fn connect(url: &str) -> aludel::Result<aludel::engine::Engine> {
    aludel::engine::create_engine(url, &aludel_oracle_emulator::backends())?.connect().await
}
