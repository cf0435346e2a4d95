//! What the servers answer.

use super::{Entry, entries};
use crate::{fixture, servers::Database, sheet::DIALECTS};
use aludel::{
    compile::compile,
    engine::{Engine, Job},
    statement::Statement,
    types::{Row, RowSink, SqlType, Value},
};
use std::{any::Any, collections::BTreeMap, fmt::Write, ops::ControlFlow, sync::Arc};

/// Keeps rows as text that is the same on every server.
struct Texts {
    types: Vec<Option<SqlType>>,
    rows: Vec<String>,
}

impl RowSink for Texts {
    fn row(&mut self, row: &dyn Row) -> aludel::Result<ControlFlow<()>> {
        let mut text = String::new();
        for (index, sql_type) in self.types.iter().enumerate() {
            let value = match sql_type {
                Some(sql_type) => Value::read(row, index, *sql_type)?,
                // An operator's: a number, or a text.
                None => match row.f64(index) {
                    Ok(number) => number.map_or(Value::Null(SqlType::Double), Value::Double),
                    Err(_) => {
                        Value::read(row, index, SqlType::BigInt).or_else(|_| Value::read(row, index, SqlType::Text))?
                    }
                },
            };
            // MariaDB has ten digits of a rank.
            match value {
                Value::Int(number) => write!(text, "{number}.00000000 "),
                Value::Double(number) => write!(text, "{number:.8} "),
                value => write!(text, "{value:?} "),
            }
            .expect("a String takes everything");
        }
        self.rows.push(text);
        Ok(ControlFlow::Continue(()))
    }

    fn into_any(self: Box<Self>) -> Box<dyn Any + Send> {
        self
    }
}

async fn answer(engine: &Engine, statement: &Statement) -> aludel::Result<Vec<String>> {
    let (compiled, binds) = compile(statement.clone(), engine.dialect())?;
    let types = compiled.outputs.iter().map(|output| output.sql_type).collect();
    let sink = Some(Box::new(Texts { types, rows: Vec::new() }) as Box<dyn RowSink>);
    let mut transaction = engine.begin().await?;
    let done = transaction.run(Job { statement: Arc::new(compiled), binds, sink, timeout: None }).await?;
    transaction.rollback().await?;
    let texts = done.sink.and_then(|sink| sink.into_any().downcast::<Texts>().ok()).expect("the sink");
    let mut rows = texts.rows;
    if !matches!(statement, Statement::Select(select) if !select.order_by.is_empty()) {
        rows.sort();
    }
    if !matches!(statement, Statement::Select(_)) {
        rows.push(format!("{} rows changed", done.affected));
    }
    Ok(rows)
}

#[tokio::test]
async fn every_server_answers_the_same() {
    let mut engines = Vec::new();
    for &dialect in DIALECTS {
        if let Some(database) = Database::of(dialect.name()).await {
            engines.push((fixture::engine(database.url()).await, database));
        }
    }
    let mut run: BTreeMap<&str, u32> = BTreeMap::new();
    for (name, entry) in entries() {
        let Entry::Statement(statement) = entry else { continue };
        let mut first: Option<Vec<String>> = None;
        for (engine, _) in &engines {
            let dialect = engine.dialect().name();
            let rows = match answer(engine, &statement).await {
                Ok(rows) => rows,
                Err(error) if error.kind() == aludel::ErrorKind::NotSupported => continue,
                // It takes no row where others take any.
                Err(error) if dialect == "oracle" && error.message().contains("more than one row") => continue,
                Err(error) => panic!("{name} on {dialect}: {error:?}"),
            };
            *run.entry(dialect).or_default() += 1;
            match &first {
                None => first = Some(rows),
                Some(first) => assert_eq!(first, &rows, "{name} on {dialect}"),
            }
        }
    }
    println!("run: {run:?}");
}
