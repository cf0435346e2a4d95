//! PostgreSQL's protocol, version 3: a connection, statements prepared and run, COPY, and the request to end what runs.
//!
//! The messages are described under [Frontend/Backend Protocol](https://www.postgresql.org/docs/current/protocol.html). Nothing here knows
//! what a statement is about. A row is read where it came in, between two calls of [`Client::next`], so that it costs no allocation.
//!
//! Every future may be dropped: what was not sent goes out before the next message, and [`Client::settle`] reads what was not read.

mod channel;
mod error;
mod message;
mod password_file;
mod reply;
mod settings;
mod startup;

pub use error::PostgresqlError;
pub(crate) use reply::Transaction;
pub(crate) use settings::{Address, Settings};

use crate::network::{Socket, SslMode, lost, unencrypted};
use aludel_core::{Error, Result};
use channel::Channel;
use error::refused;
use reply::{affected, nonsense};
use std::mem;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A connection to a server.
pub(crate) struct Client {
    channel: Channel,
    key: CancelKey,
    /// How many statements have been prepared: their names are numbers.
    prepared: u64,
    /// What the server said against a statement; it says more before it listens again.
    failed: Option<Error>,
    /// Where the values of the row are that was read last.
    columns: Vec<Option<(usize, usize)>>,
    /// Whether the server was not yet asked to say when it listens again.
    is_queuing: bool,
    /// Whether what runs was prepared.
    is_prepared: bool,
    /// Whether what runs is a COPY whose rows are at hand.
    copies: bool,
}

/// What a connection's statement can be ended by.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CancelKey {
    process: u32,
    secret: u32,
}

/// What the server says of a statement that runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A row, to be read by [`Client::row`].
    Row,
    /// The end of the statement, which has changed or yielded so many rows.
    Done(u64),
    /// It wants the rows of a [COPY](Client::begin_copy).
    CopyIn,
    /// It listens again.
    Ready,
}

/// A statement that the server has prepared.
pub(crate) struct Description {
    pub(crate) name: String,
    /// The types of its values, by number.
    pub(crate) parameters: Vec<u32>,
    /// The names of its columns, and their types by number.
    pub(crate) columns: Vec<(String, u32)>,
}

/// A row, as bytes.
#[derive(Clone, Copy)]
pub(crate) struct RawRow<'a> {
    body: &'a [u8],
    columns: &'a [Option<(usize, usize)>],
}

impl<'a> RawRow<'a> {
    pub(crate) fn len(&self) -> usize {
        self.columns.len()
    }

    /// The value of a column; `None` is NULL.
    pub(crate) fn get(&self, index: usize) -> Option<&'a [u8]> {
        let (start, end) = (*self.columns.get(index)?)?;
        self.body.get(start..end)
    }
}

impl Client {
    /// Opens a connection.
    pub(crate) async fn connect(settings: &Settings) -> Result<Self> {
        let mut channel = Channel::new(open(settings).await?);
        let key = startup::start(&mut channel, settings).await?;
        Ok(Self {
            channel,
            key,
            prepared: 0,
            failed: None,
            columns: Vec::new(),
            is_queuing: false,
            is_prepared: false,
            copies: false,
        })
    }

    pub(crate) fn key(&self) -> CancelKey {
        self.key
    }

    /// What the server says next.
    ///
    /// An error of its own is answered once it listens again.
    pub(crate) async fn next(&mut self) -> Result<Answer> {
        loop {
            let tag = self.next_message().await?;
            let body = self.channel.body();
            match tag {
                b'D' => {
                    reply::columns(body, &mut self.columns).ok_or_else(nonsense)?;
                    return Ok(Answer::Row);
                }
                b'C' => return Ok(Answer::Done(affected(body))),
                // The end of a statement that has no words.
                b'I' => return Ok(Answer::Done(0)),
                b'E' => {
                    self.note_refusal();
                    // It passes over everything until it is asked.
                    if self.is_queuing {
                        self.end_queue().await?;
                    }
                }
                b'G' if self.copies => return Ok(Answer::CopyIn),
                b'G' => self.refuse_copy().await?,
                b'Z' => return self.failed.take().map_or(Ok(Answer::Ready), Err),
                // Statements parsed, bound and closed, columns that are known, and a COPY that nobody reads.
                b'1' | b'2' | b'3' | b'T' | b'n' | b't' | b'H' | b'd' | b'c' => {}
                _ => return Err(nonsense()),
            }
        }
    }

    /// Tells the server that there are no rows for a COPY which somebody has sent as text.
    async fn refuse_copy(&mut self) -> Result<()> {
        let out = self.channel.out();
        message::copy_fail(out, "the rows of a COPY are to be loaded by the calls for it")?;
        if self.is_prepared {
            // While it waits for rows the server does not hear that it is to say when it listens.
            message::sync(out);
        }
        self.send().await
    }

    /// Keeps what the server says against a statement, of several things the first.
    fn note_refusal(&mut self) {
        let error = refused(self.channel.body());
        self.failed.get_or_insert(error);
    }

    async fn next_message(&mut self) -> Result<u8> {
        // It may have said why it goes.
        self.channel.receive().await.map_err(|lost| self.failed.take().unwrap_or(lost))
    }

    /// The row that the last [`next`](Self::next) spoke of.
    pub(crate) fn row(&self) -> RawRow<'_> {
        RawRow { body: self.channel.body(), columns: &self.columns }
    }

    /// Where the transaction stands, by what the server said when it listened last.
    pub(crate) fn transaction(&self) -> Transaction {
        self.channel.transaction()
    }

    /// Reads what the server still has to say until it listens, and drops it, but for an error.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        self.end_queue().await?;
        while self.channel.is_awaiting() {
            self.next().await?;
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<()> {
        if self.channel.send().await.is_ok() {
            return Ok(());
        }
        // It may have said why.
        loop {
            if self.next_message().await? == b'E' {
                self.note_refusal();
            }
        }
    }

    /// Asks the server whether it is there.
    pub(crate) async fn ping(&mut self) -> Result<()> {
        self.channel.sync();
        self.settle().await
    }

    /// Prepares a statement; a type of 0 is for the server to find out.
    pub(crate) async fn prepare(&mut self, sql: &str, types: &[u32]) -> Result<Description> {
        self.prepared += 1;
        let name = self.prepared.to_string();
        let out = self.channel.out();
        message::parse(out, &name, sql, types)?;
        message::describe(out, &name)?;
        self.channel.sync();
        self.send().await?;
        let mut description = Description { name, parameters: Vec::new(), columns: Vec::new() };
        loop {
            match self.next_message().await? {
                b't' => description.parameters = reply::parameters(self.channel.body()).ok_or_else(nonsense)?,
                b'T' => description.columns = reply::described(self.channel.body()).ok_or_else(nonsense)?,
                b'E' => self.note_refusal(),
                b'Z' => return self.failed.take().map_or(Ok(description), Err),
                b'1' | b'3' | b'n' => {}
                _ => return Err(nonsense()),
            }
        }
    }

    /// Has the server forget a statement, with the next message.
    pub(crate) fn forget(&mut self, name: &str) -> Result<()> {
        message::close(self.channel.out(), name)
    }

    /// Runs a prepared statement; [`next`](Self::next) tells what comes of it. `values` writes each value with its length before it.
    pub(crate) async fn run(
        &mut self,
        statement: &str,
        count: usize,
        values: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        message::run(self.channel.out(), statement, count, values)?;
        (self.is_prepared, self.copies) = (true, false);
        self.channel.sync();
        self.send().await
    }

    /// Runs a prepared statement behind others whose answers may still be on their way; the end of each is an [`Answer::Done`]. After the
    /// last, [`settle`](Self::settle).
    pub(crate) async fn queue(
        &mut self,
        statement: &str,
        count: usize,
        values: impl FnOnce(&mut Vec<u8>) -> Result<()>,
    ) -> Result<()> {
        let out = self.channel.out();
        message::run(out, statement, count, values)?;
        message::flush(out);
        (self.is_queuing, self.is_prepared, self.copies) = (true, true, false);
        self.send().await
    }

    async fn end_queue(&mut self) -> Result<()> {
        if mem::take(&mut self.is_queuing) {
            self.channel.sync();
        }
        self.send().await
    }

    /// Sends SQL text without values, of one statement or several; [`next`](Self::next) tells what comes of it, with values as text.
    pub(crate) async fn query(&mut self, sql: &str) -> Result<()> {
        message::query(self.channel.out(), sql)?;
        (self.is_prepared, self.copies) = (false, false);
        self.channel.await_ready();
        self.send().await
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
                    rows.push((0..row.len()).map(text).collect());
                }
                Answer::Ready => return Ok(rows),
                Answer::Done(_) | Answer::CopyIn => {}
            }
        }
    }

    /// Begins a COPY, whose rows are at hand.
    pub(crate) async fn begin_copy(&mut self, sql: &str) -> Result<()> {
        self.query(sql).await?;
        self.copies = true;
        loop {
            match self.next().await? {
                Answer::CopyIn => return Ok(()),
                Answer::Ready => return Err(nonsense()),
                Answer::Row | Answer::Done(_) => {}
            }
        }
    }

    /// Sends a part of the rows of a COPY.
    pub(crate) async fn copy(&mut self, data: &[u8]) -> Result<()> {
        message::copy_data(self.channel.out(), data)?;
        self.send().await
    }

    /// Says that these were all rows, and answers how many they were.
    pub(crate) async fn end_copy(&mut self) -> Result<u64> {
        message::copy_done(self.channel.out());
        self.send().await?;
        let mut count = 0;
        loop {
            match self.next().await? {
                Answer::Done(affected) => count += affected,
                Answer::Ready => return Ok(count),
                Answer::Row | Answer::CopyIn => {}
            }
        }
    }

    /// Has the server forget the rows of a COPY; it says that it failed.
    pub(crate) async fn give_copy_up(&mut self) -> Result<()> {
        message::copy_fail(self.channel.out(), "the program gave it up")?;
        self.settle().await
    }

    /// Says goodbye.
    pub(crate) async fn close(mut self) -> Result<()> {
        message::terminate(self.channel.out());
        self.channel.send().await
    }
}

/// Opens a socket, encrypted as the settings say.
async fn open(settings: &Settings) -> Result<Socket> {
    let (host, port) = match &settings.address {
        Address::Tcp(host, port) => (host, *port),
        Address::Unix(folder, port) => return Socket::unix(&settings::socket_path(folder, *port)).await,
    };
    let mut socket = Socket::tcp(host, port).await?;
    let encryption = &settings.encryption;
    if encryption.mode == SslMode::Disable {
        return Ok(socket);
    }
    socket.write_all(&message::ssl_request()).await.map_err(lost)?;
    match socket.read_u8().await.map_err(lost)? {
        b'S' => socket.encrypted(host, encryption).await,
        b'N' if encryption.mode == SslMode::Prefer => Ok(socket),
        b'N' => Err(unencrypted()),
        _ => Err(nonsense()),
    }
}

impl CancelKey {
    /// Ends the statement that the connection of this key runs now, if it runs one. Once this is done, a statement that comes later is safe
    /// from it.
    pub(crate) async fn cancel(self, settings: &Settings) -> Result<()> {
        let mut socket = open(settings).await?;
        let request = message::cancel(self.process, self.secret);
        socket.write_all(&request).await.map_err(lost)?;
        socket.flush().await.map_err(lost)?;
        // The server hangs up once the signal is given. Some do so with a reset.
        let mut rest = [0; 1];
        let _ = socket.read(&mut rest).await;
        Ok(())
    }
}
