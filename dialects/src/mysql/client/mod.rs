//! The protocol of MySQL and MariaDB: a connection, statements as text, and statements prepared and run.
//!
//! It is described under [Client/Server Protocol](https://dev.mysql.com/doc/dev/mysql-server/latest/PAGE_PROTOCOL.html) and
//! [MariaDB's](https://mariadb.com/kb/en/clientserver-protocol/). A row is read where it came in, between two calls of [`Client::next`].
//!
//! Every future may be dropped: what was not sent goes out before the next packet, and [`Client::settle`] reads what was not read.

mod channel;
mod column;
mod command;
mod error;
mod handshake;
mod password;
mod reader;
mod reply;

pub(crate) use column::{ColumnType, Wire};
pub use error::MysqlError;
pub(crate) use handshake::{Address, Settings};

use aludel_core::Result;
use channel::Channel;
use column::read_column;
use error::refused;
use reader::{Reader, nonsense};
use reply::Finished;

/// A connection to a server.
pub(crate) struct Client {
    channel: Channel,
    /// Whether the server marks the end of columns and rows with packets of their own kind.
    marks_ends: bool,
    phase: Phase,
    /// The statement that was prepared last, until it is asked for.
    prepared: Option<Statement>,
    columns: Vec<ColumnType>,
    /// Where the values of the row are that was read last.
    values: Vec<Option<(usize, usize)>>,
}

/// What the server says next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing: it listens.
    Ready,
    /// What comes of a statement.
    Head(Format),
    /// So many columns.
    Columns(usize, Format),
    ColumnsEnd(Format),
    Rows(Format),
    /// What a statement to prepare takes and yields.
    Prepared,
    /// So many packets about it.
    Definitions(usize),
}

/// How the values of rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    Text,
    Binary,
}

/// What the server says of a statement that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A row, to be read by [`Client::row`].
    Row,
    /// The end of one of the statements.
    Done(Finished),
    /// It listens again.
    Ready,
}

/// A statement that the server has prepared.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statement {
    number: u32,
    /// How many values it takes.
    pub(crate) parameters: usize,
}

/// A row, as bytes.
#[derive(Clone, Copy)]
pub(crate) struct RawRow<'a> {
    packet: &'a [u8],
    values: &'a [Option<(usize, usize)>],
    pub(crate) columns: &'a [ColumnType],
}

impl<'a> RawRow<'a> {
    /// The value of a column; `None` is NULL.
    #[inline]
    pub(crate) fn get(&self, index: usize) -> Option<&'a [u8]> {
        let (start, end) = (*self.values.get(index)?)?;
        self.packet.get(start..end)
    }
}

impl Client {
    /// Opens a connection.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self> {
        let (channel, marks_ends) = handshake::connect(settings).await?;
        Ok(Self { channel, marks_ends, phase: Phase::Ready, prepared: None, columns: Vec::new(), values: Vec::new() })
    }

    /// What the server says next.
    pub(crate) async fn next(&mut self) -> Result<Answer> {
        while self.phase != Phase::Ready {
            self.channel.receive().await?;
            if let Some(answer) = self.packet()? {
                return Ok(answer);
            }
        }
        Ok(Answer::Ready)
    }

    /// What a packet says, if it is of interest.
    fn packet(&mut self) -> Result<Option<Answer>> {
        let packet = self.channel.packet();
        if let [0xff, error @ ..] = packet {
            self.phase = Phase::Ready;
            return Err(refused(error));
        }
        match self.phase {
            Phase::Rows(format) => {
                if reply::ends_rows(packet, self.marks_ends) {
                    let finished = Finished::of_rows(packet, self.marks_ends).ok_or_else(nonsense)?;
                    return Ok(Some(self.finish(finished, format)));
                }
                let read = match format {
                    Format::Binary => reply::binary_row(packet, &self.columns, &mut self.values),
                    Format::Text => reply::text_row(packet, self.columns.len(), &mut self.values),
                };
                read.ok_or_else(nonsense)?;
                return Ok(Some(Answer::Row));
            }
            Phase::Head(format) => match packet {
                [0, finished @ ..] => {
                    let finished = Finished::read(finished).ok_or_else(nonsense)?;
                    return Ok(Some(self.finish(finished, format)));
                }
                // A file of ours is none of the server's business.
                [0xfb, ..] | [] => return Err(nonsense()),
                count => {
                    let count = Reader(count).number().and_then(|count| usize::try_from(count).ok());
                    self.columns.clear();
                    self.phase = Phase::Columns(count.filter(|count| *count <= 65_535).ok_or_else(nonsense)?, format);
                }
            },
            Phase::Columns(left, format) => {
                self.columns.push(read_column(packet).ok_or_else(nonsense)?);
                self.phase = match (left, self.marks_ends) {
                    (2.., _) => Phase::Columns(left - 1, format),
                    (_, true) => Phase::ColumnsEnd(format),
                    (_, false) => Phase::Rows(format),
                };
            }
            Phase::ColumnsEnd(format) => self.phase = Phase::Rows(format),
            Phase::Definitions(left) => {
                self.phase = if left > 1 { Phase::Definitions(left - 1) } else { Phase::Ready };
            }
            Phase::Prepared => {
                let (number, columns, parameters) = reply::prepared(packet).ok_or_else(nonsense)?;
                self.prepared = Some(Statement { number, parameters });
                // Each list has an end of its own, unless there is no list.
                let packets = |count: usize| count + usize::from(self.marks_ends && count > 0);
                self.phase = match packets(parameters) + packets(columns) {
                    0 => Phase::Ready,
                    left => Phase::Definitions(left),
                };
            }
            Phase::Ready => return Err(nonsense()),
        }
        Ok(None)
    }

    fn finish(&mut self, finished: Finished, format: Format) -> Answer {
        self.phase = if finished.has_more { Phase::Head(format) } else { Phase::Ready };
        Answer::Done(finished)
    }

    /// The row that the last [`next`](Self::next) spoke of.
    pub(crate) fn row(&self) -> RawRow<'_> {
        RawRow { packet: self.channel.packet(), values: &self.values, columns: &self.columns }
    }

    /// Reads what the server still has to say until it listens, and drops it, but for an error.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        self.channel.send().await?;
        while self.phase != Phase::Ready {
            self.next().await?;
        }
        Ok(())
    }

    /// Prepares a statement.
    pub(crate) async fn prepare(&mut self, sql: &str) -> Result<Statement> {
        command::prepare(self.channel.out(), sql);
        self.phase = Phase::Prepared;
        self.settle().await?;
        self.prepared.take().ok_or_else(nonsense)
    }

    /// Has the server forget a statement, with the next one.
    pub(crate) fn forget(&mut self, statement: Statement) {
        command::close(self.channel.out(), statement.number);
    }

    /// Runs a prepared statement; [`next`](Self::next) tells what comes of it. `values` writes what follows the statement's number.
    pub(crate) async fn run(
        &mut self,
        statement: Statement,
        values: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        command::execute(self.channel.out(), statement.number, values)?;
        self.phase = Phase::Head(Format::Binary);
        self.channel.send().await
    }

    /// Sends SQL text without values, of one statement or several; [`next`](Self::next) tells what comes of it, with values as text.
    pub(crate) async fn query(&mut self, sql: &str) -> Result<()> {
        command::query(self.channel.out(), sql);
        self.phase = Phase::Head(Format::Text);
        self.channel.send().await
    }

    /// Sends SQL text, and answers its rows as text.
    pub(crate) async fn rows(&mut self, sql: &str) -> Result<Vec<Vec<Option<String>>>> {
        self.query(sql).await?;
        let mut rows = Vec::new();
        loop {
            match self.next().await? {
                Answer::Row => {
                    let row = self.row();
                    let text = |index| row.get(index).map(|bytes| String::from_utf8_lossy(bytes).into_owned());
                    rows.push((0..row.columns.len()).map(text).collect());
                }
                Answer::Done(_) => {}
                Answer::Ready => return Ok(rows),
            }
        }
    }

    /// Says goodbye.
    pub(crate) async fn close(mut self) -> Result<()> {
        command::quit(self.channel.out());
        self.channel.send().await
    }
}
