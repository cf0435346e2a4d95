//! A connection to the emulator.

use crate::{
    row::EmulatorRow,
    wire::{Answer, Cell, bind, hex},
};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::{Compiled, Dialect, StatementKind},
    engine::{BoxFuture, Connection, Cursor, Done, Job, TransactionOptions},
    types::{RowSink, Value},
};
use aludel_dialects::oracle::OracleDialect;
use std::{ops::ControlFlow, sync::Arc, time::Duration, vec};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

pub(crate) struct EmulatorConnection {
    stream: BufReader<TcpStream>,
    dialect: Arc<OracleDialect>,
    in_transaction: bool,
    /// Whether a question has no answer yet: whoever asked it is gone.
    asked: bool,
    read: Vec<u8>,
}

impl EmulatorConnection {
    pub(crate) async fn open(port: u16, database: &str) -> Result<Self> {
        let stream = TcpStream::connect(("127.0.0.1", port)).await.map_err(lost)?;
        stream.set_nodelay(true).map_err(lost)?;
        let mut stream = BufReader::new(stream);
        stream.write_all(format!("{database}\n").as_bytes()).await.map_err(lost)?;
        // What H2 2.1 has not.
        let dialect = OracleDialect::V19.with_capabilities(|capabilities| {
            capabilities.lateral = false;
            capabilities.deferrable_keys = false;
            capabilities.full_join = false;
        });
        Ok(Self { stream, dialect: Arc::new(dialect), in_transaction: false, asked: false, read: Vec::new() })
    }

    async fn ask(&mut self, request: String) -> Result<Answer> {
        if self.asked {
            // Whoever asked is gone; the answer comes all the same.
            self.line().await?;
        }
        self.asked = true;
        self.stream.write_all(request.as_bytes()).await.map_err(lost)?;
        self.stream.write_all(b"\n").await.map_err(lost)?;
        let line = self.line().await?;
        Answer::read(&line)
    }

    /// The next answer, some of which may have been read for whoever is gone.
    async fn line(&mut self) -> Result<String> {
        if self.stream.read_until(b'\n', &mut self.read).await.map_err(lost)? == 0 {
            return Err(Error::new(ErrorKind::Connection, "the emulator has closed the connection"));
        }
        self.asked = false;
        String::from_utf8(std::mem::take(&mut self.read))
            .map_err(|error| Error::new(ErrorKind::Connection, error.to_string()))
    }

    async fn tell(&mut self, verb: &str) -> Result<()> {
        self.ask(verb.to_owned()).await.map(drop)
    }

    async fn answer(&mut self, statement: &Compiled, binds: &[Value], timeout: Option<Duration>) -> Result<Answer> {
        let sql = &statement.sql;
        let mut request = format!("RUN\t{}", hex(sql.as_bytes()));
        // An array of values for each placeholder comes as the rows of values.
        let outputs = if statement.kind == StatementKind::Select { 0 } else { statement.outputs.len() };
        let width = placeholders(sql) - outputs;
        let rows: Vec<_> = match statement.kind {
            StatementKind::Insert | StatementKind::Update if width > 0 => binds.chunks(width).collect(),
            _ => vec![binds],
        };
        if rows.iter().any(|row| row.len() != width) {
            return Err(Error::new(
                ErrorKind::Statement,
                format!("{width} values are wanted, and {} given", binds.len()),
            ));
        }
        for row in rows {
            request.push('\t');
            let values = row.iter().map(bind).collect::<Result<Vec<_>>>()?;
            request.push_str(&values.join(","));
        }
        let work = self.ask(request);
        match timeout {
            None => work.await,
            Some(limit) => tokio::time::timeout(limit, work)
                .await
                .unwrap_or_else(|_| Err(Error::new(ErrorKind::Timeout, format!("it ran longer than {limit:?}")))),
        }
    }

    async fn run_one(&mut self, job: Job) -> Result<Done> {
        let Job { statement, binds, mut sink, timeout } = job;
        let answer = self.answer(&statement, &binds, timeout).await?;
        if let Some(sink) = &mut sink {
            hand(&mut answer.rows.into_iter(), &answer.names, usize::MAX, &mut **sink)?;
        }
        // Rows that a RETURNING answers were changed; those of a query were read.
        let is_query = statement.kind == StatementKind::Select || statement.sql.starts_with("SELECT");
        let affected = if is_query { 0 } else { answer.affected };
        Ok(Done { affected, last_insert_id: None, sink })
    }
}

/// The number of the last placeholder.
fn placeholders(sql: &str) -> usize {
    let outside = sql.split('\'').step_by(2);
    let numbers = outside.flat_map(|sql| sql.split(':').skip(1)).filter_map(|text| {
        let digits = text.find(|character: char| !character.is_ascii_digit()).unwrap_or(text.len());
        text[..digits].parse().ok()
    });
    numbers.max().unwrap_or(0)
}

/// Hands rows to the sink, and answers whether there are more.
fn hand(rows: &mut vec::IntoIter<Vec<Cell>>, names: &[String], most: usize, sink: &mut dyn RowSink) -> Result<bool> {
    for row in rows.by_ref().take(most) {
        if let ControlFlow::Break(()) = sink.row(&EmulatorRow { cells: &row, names })? {
            return Ok(false);
        }
    }
    Ok(rows.len() > 0)
}

#[cold]
fn lost(error: std::io::Error) -> Error {
    Error::new(ErrorKind::Connection, "the emulator cannot be reached").with_source(error)
}

impl Connection for EmulatorConnection {
    fn dialect(&self) -> Arc<dyn Dialect> {
        Arc::<OracleDialect>::clone(&self.dialect)
    }

    fn run(&mut self, job: Job) -> BoxFuture<'_, Result<Done>> {
        Box::pin(self.run_one(job))
    }

    fn open<'a>(&'a mut self, job: Job) -> BoxFuture<'a, Result<Box<dyn Cursor + 'a>>> {
        let Job { statement, binds, sink: _, timeout } = job;
        Box::pin(async move {
            let answer = self.answer(&statement, &binds, timeout).await?;
            Ok(Box::new(EmulatorCursor { rows: answer.rows.into_iter(), names: answer.names }) as Box<dyn Cursor + 'a>)
        })
    }

    fn run_script<'a>(&'a mut self, sql: &'a str) -> BoxFuture<'a, Result<()>> {
        Box::pin(async move { self.ask(format!("SCRIPT\t{}", hex(sql.as_bytes()))).await.map(drop) })
    }

    fn begin(&mut self, _: TransactionOptions) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.tell("BEGIN").await?;
            self.in_transaction = true;
            Ok(())
        })
    }

    fn commit(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.tell("COMMIT").await?;
            self.in_transaction = false;
            Ok(())
        })
    }

    fn rollback(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move {
            self.tell("ROLLBACK").await?;
            self.in_transaction = false;
            Ok(())
        })
    }

    fn ping(&mut self) -> BoxFuture<'_, Result<()>> {
        Box::pin(async move { self.ask(format!("RUN\t{}\t", hex(b"SELECT 1 FROM dual"))).await.map(drop) })
    }

    fn is_dirty(&self) -> bool {
        self.in_transaction || self.asked
    }

    fn is_broken(&self) -> bool {
        false
    }

    fn reset(&mut self) -> BoxFuture<'_, Result<()>> {
        self.rollback()
    }

    fn close(self: Box<Self>) -> BoxFuture<'static, Result<()>> {
        Box::pin(async { Ok(()) })
    }
}

struct EmulatorCursor {
    rows: vec::IntoIter<Vec<Cell>>,
    names: Vec<String>,
}

impl Cursor for EmulatorCursor {
    fn fetch(&mut self, count: usize, mut sink: Box<dyn RowSink>) -> BoxFuture<'_, Result<(Box<dyn RowSink>, bool)>> {
        Box::pin(async move {
            let more = hand(&mut self.rows, &self.names, count, &mut *sink)?;
            Ok((sink, more))
        })
    }
}
