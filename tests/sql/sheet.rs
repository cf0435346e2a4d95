//! A sheet of statements: each is rendered, parsed, run and compared with what it should answer.

use crate::fixture::{self, User};
use aludel::{
    compile::{Dialect, compile},
    dialects::sqlite::SqliteDialect,
    engine::Engine,
    expr::Condition,
    prelude::*,
    session::query::Query,
    statement::Statement,
};
use sqlparser::{dialect::SQLiteDialect as Grammar, parser::Parser};
use std::fmt::{Debug, Write};

pub struct Sheet {
    pub engine: Engine,
    text: String,
}

impl Sheet {
    pub async fn new() -> Self {
        Self { engine: fixture::engine().await, text: String::new() }
    }

    /// The query has this SQL, kept in the snapshot, and yields these rows.
    pub async fn rows<R, M>(&mut self, query: Query<R, M>, expected: impl Into<Vec<R>>)
    where
        R: Debug + PartialEq + Send + 'static,
        M: 'static,
    {
        let sql = rendered(query.clone().into_select(), &SqliteDialect);
        let rows = query.on(&self.engine).all().await.unwrap_or_else(|error| panic!("{error}\n{sql}"));
        assert_eq!(rows, expected.into(), "{sql}");
        self.note(&sql);
    }

    /// The condition holds for the users with these keys.
    pub async fn users(&mut self, condition: impl Condition, ids: &[i64]) {
        self.rows(query(User.id).filter(condition).order_by(User.id), ids).await;
    }

    /// Adds SQL to the snapshot.
    pub fn note(&mut self, sql: &str) {
        // The lists of all columns tell nothing in a snapshot.
        let sql = sql.replace(
            "users.id, users.name, users.email, users.age, users.score, users.active, users.cluster_id, users.boss_id",
            "users.*",
        );
        writeln!(self.text, "{sql}").expect("a String takes everything");
    }

    pub fn finish(self, name: &str) {
        insta::with_settings!({ omit_expression => true, prepend_module_to_snapshot => false }, {
            insta::assert_snapshot!(name, self.text);
        });
    }
}

/// The SQL of a statement, and its values.
pub fn rendered(statement: impl Into<Statement>, dialect: &dyn Dialect) -> String {
    let (compiled, values) = compile(statement.into(), dialect).unwrap_or_else(|error| panic!("{error}"));
    parsed(&compiled.sql);
    if values.is_empty() { compiled.sql } else { format!("{}  -- {values:?}", compiled.sql) }
}

/// What is wrong with a statement.
pub fn refused(statement: impl Into<Statement>) -> String {
    match compile(statement.into(), &SqliteDialect) {
        Ok((compiled, _)) => panic!("not refused: {}", compiled.sql),
        Err(error) => error.to_string(),
    }
}

/// Reads SQL with a parser of another house.
pub fn parsed(sql: &str) {
    if let Err(error) = Parser::parse_sql(&Grammar {}, sql) {
        panic!("{error}\n{sql}");
    }
}
