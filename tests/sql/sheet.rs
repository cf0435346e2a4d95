//! A sheet of statements: each is rendered for every dialect, parsed, run and compared with what it should answer.

use crate::{
    fixture::{self, User},
    lint,
    servers::Database,
};
use aludel::{
    ErrorKind,
    compile::{Dialect, compile},
    dialects::sqlite::SqliteDialect,
    engine::Engine,
    expr::Condition,
    prelude::*,
    session::query::Query,
    statement::Statement,
};
use sqlparser::{
    dialect::{
        Dialect as Grammar, MySqlDialect as MysqlGrammar, OracleDialect as OracleGrammar,
        PostgreSqlDialect as PostgresqlGrammar, SQLiteDialect as SqliteGrammar,
    },
    parser::Parser,
};
use std::fmt::{Debug, Write};

pub const DIALECTS: &[&dyn Dialect] = &[
    &SqliteDialect,
    #[cfg(feature = "mysql")]
    &aludel::dialects::mysql::MysqlDialect::mysql(),
    #[cfg(feature = "mysql")]
    &aludel::dialects::mysql::MysqlDialect::mariadb(),
    #[cfg(feature = "postgresql")]
    &aludel::dialects::postgresql::PostgresqlDialect,
    &aludel::dialects::oracle::OracleDialect::V19,
];

pub struct Sheet {
    pages: Vec<Page>,
    /// The one dialect that the next statement is of.
    only: Option<&'static str>,
    /// The dialects that have no such thing as the next statement.
    lacking: &'static [&'static str],
}

/// What is written and run in one dialect.
pub struct Page {
    pub dialect: &'static dyn Dialect,
    text: String,
    /// The tables; none where no server of the dialect is there.
    database: Option<(Engine, Database)>,
}

impl Sheet {
    pub async fn new() -> Self {
        let mut pages = Vec::new();
        for &dialect in DIALECTS {
            let database = match Database::of(dialect.name()).await {
                Some(database) => Some((fixture::engine(database.url()).await, database)),
                None => None,
            };
            pages.push(Page { dialect, text: String::new(), database });
        }
        Self { pages, only: None, lacking: &[] }
    }

    /// The engines, each with the tables.
    pub fn engines(&self) -> impl Iterator<Item = &Engine> {
        self.pages.iter().filter_map(|page| page.database.as_ref()).map(|(engine, _)| engine)
    }

    /// The next statement is of this dialect alone: it uses what others do not have, or call by another name.
    pub fn only(&mut self, dialect: &'static str) -> &mut Self {
        self.only = Some(dialect);
        self
    }

    /// The next statement is of no use in these dialects, and they say so.
    pub fn lacking(&mut self, dialects: &'static [&'static str]) -> &mut Self {
        self.lacking = dialects;
        self
    }

    /// The pages on which the next statement is written.
    pub fn pages(&mut self) -> impl Iterator<Item = &mut Page> {
        let only = self.only.take();
        self.pages.iter_mut().filter(move |page| only.is_none_or(|name| page.dialect.name() == name))
    }

    /// The query has this SQL, kept in the snapshot, and yields these rows.
    pub async fn rows<R, M>(&mut self, query: Query<R, M>, expected: impl Into<Vec<R>>)
    where
        R: Debug + PartialEq + Send + 'static,
        M: 'static,
    {
        let expected = expected.into();
        let lacking = std::mem::take(&mut self.lacking);
        for page in self.pages() {
            if lacking.contains(&page.dialect.name()) {
                let error = query.to_sql(page.dialect).expect_err("something that the dialect lacks");
                assert_eq!(error.kind(), ErrorKind::NotSupported, "{error}");
                page.note(&format!("-- {error}"));
                continue;
            }
            let statement = query.clone().into_select();
            if let Some(error) = page.refusal(statement.clone()) {
                page.note(&format!("-- {error}"));
                continue;
            }
            let sql = rendered(statement, page.dialect);
            let lacking = aludel_oracle_emulator::lacking(&sql).filter(|_| page.dialect.name() == "oracle");
            if let (Some(why), Some(_)) = (lacking, page.engine()) {
                println!("not run on H2, {why}: {sql}");
            } else if let Some(engine) = page.engine() {
                match query.clone().on(engine).all().await {
                    Ok(rows) => assert_eq!(rows, expected, "{sql}"),
                    Err(error) if error.kind() == ErrorKind::NotSupported && page.is_another() => {
                        println!("not run, since the server is another than the dialect's: {sql}");
                    }
                    Err(error) => panic!("{error:?}\n{sql}"),
                }
            }
            page.note(&sql);
        }
    }

    /// The condition holds for the users with these keys.
    pub async fn users(&mut self, condition: impl Condition, ids: &[i64]) {
        self.rows(query(User.id).filter(condition).order_by(User.id), ids).await;
    }

    pub fn finish(self, name: &str) {
        for page in self.pages {
            kept(name, page.dialect, &page.text);
        }
    }
}

impl Page {
    pub fn engine(&self) -> Option<&Engine> {
        self.database.as_ref().map(|(engine, _)| engine)
    }

    /// Whether the server cannot do all that the dialect can: a MariaDB stands for a MySQL, and H2 for an Oracle.
    fn is_another(&self) -> bool {
        let server = self.engine().map(|engine| engine.dialect().capabilities());
        server.is_some_and(|capabilities| capabilities != self.dialect.capabilities())
    }

    /// Why the statement cannot be said in Oracle, which lacks more than the statements that are marked so: its snapshot tells.
    pub fn refusal(&self, statement: impl Into<Statement>) -> Option<aludel::Error> {
        let oracle = self.dialect.name() == "oracle";
        compile(statement.into(), self.dialect).err().filter(|error| oracle && error.kind() == ErrorKind::NotSupported)
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
}

/// A snapshot of a dialect's SQL.
pub fn kept(name: &str, dialect: &dyn Dialect, sql: &str) {
    insta::with_settings!({
        omit_expression => true, prepend_module_to_snapshot => false, snapshot_suffix => dialect.name()
    }, {
        insta::assert_snapshot!(name, sql);
    });
}

/// The SQL of a statement, and its values.
pub fn rendered(statement: impl Into<Statement>, dialect: &dyn Dialect) -> String {
    let (compiled, values) = compile(statement.into(), dialect).unwrap_or_else(|error| panic!("{error}"));
    parsed(&compiled.sql, dialect);
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
pub fn parsed(sql: &str, dialect: &dyn Dialect) {
    let grammar: &dyn Grammar = match dialect.name() {
        "sqlite" => &SqliteGrammar {},
        "mariadb" | "mysql" => &MysqlGrammar {},
        "oracle" => {
            sql.split(";\n").filter(|statement| !statement.is_empty()).for_each(lint::check);
            &OracleGrammar {}
        }
        _ => &PostgresqlGrammar {},
    };
    if let Err(error) = Parser::parse_sql(grammar, sql) {
        panic!("{error}\n{sql}");
    }
}
