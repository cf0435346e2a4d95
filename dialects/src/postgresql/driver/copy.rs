//! COPY: many rows in the binary format, as a stream.
//!
//! The format is described under [COPY, Binary Format](https://www.postgresql.org/docs/current/sql-copy.html).

use super::{
    bind::{fits, write_sized},
    run::Link,
    state::State,
    wire::Wire,
};
use crate::postgresql::{PostgresqlDialect, client::Description};
use aludel_core::{
    Error, ErrorKind, Result,
    compile::quoted,
    engine::LoadJob,
    schema::{ColumnRef, TableRef},
    types::Value,
};

/// How many bytes are gathered before they are sent.
const BUFFER: usize = 64 * 1024;
/// The signature, no flags, and no extension of the header.
const HEADER: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// A row of -1 columns.
const END: [u8; 2] = (-1_i16).to_be_bytes();

/// What became of a COPY.
pub(super) enum Outcome {
    /// The server has answered, and listens.
    Done(Result<u64>),
    /// Who knows.
    Lost(Error),
}

/// Sends the rows, all or none.
pub(super) async fn copy(link: &mut Link, load: LoadJob<'_>) -> Outcome {
    let LoadJob { table, columns, rows } = load;
    let columns: Vec<ColumnRef> = columns.iter().map(|&index| ColumnRef { table, index }).collect();
    let (wires, sql) = match describe(link, table, &columns).await {
        Ok(described) => described,
        Err(error) => return answered(error),
    };
    let client = &mut link.client;
    if let Err(error) = client.begin_copy(&sql).await {
        return answered(error.with_sql(sql));
    }
    let mut buffer = Vec::with_capacity(BUFFER + BUFFER / 4);
    buffer.extend_from_slice(HEADER);
    for row in rows {
        let written = row.and_then(|values| write_row(&values, &wires, &columns, &mut buffer));
        if let Err(error) = written {
            return match client.give_copy_up().await {
                Err(answer) if !State::is_servers(&answer) => Outcome::Lost(error),
                _ => Outcome::Done(Err(error)),
            };
        }
        if buffer.len() >= BUFFER {
            if let Err(error) = client.copy(&buffer).await {
                return Outcome::Lost(error.with_sql(sql));
            }
            buffer.clear();
            // A server that takes rows as fast as they are made leaves others their turn.
            tokio::task::yield_now().await;
        }
    }
    buffer.extend_from_slice(&END);
    if let Err(error) = client.copy(&buffer).await {
        return Outcome::Lost(error.with_sql(sql));
    }
    match client.end_copy().await {
        Ok(rows) => Outcome::Done(Ok(rows)),
        Err(error) => answered(error.with_sql(sql)),
    }
}

fn answered(error: Error) -> Outcome {
    if error.kind() == ErrorKind::Connection { Outcome::Lost(error) } else { Outcome::Done(Err(error)) }
}

/// How the values of the columns are written, and the COPY.
async fn describe(link: &mut Link, table: TableRef, columns: &[ColumnRef]) -> Result<(Vec<Wire>, String)> {
    let names: Vec<String> =
        columns.iter().map(|column| quoted(&PostgresqlDialect, column.name())).collect::<Result<_>>()?;
    let (table, names) = (full_name(table)?, names.join(", "));
    let Description { name, columns, .. } = link.client.prepare(&format!("SELECT {names} FROM {table}"), &[]).await?;
    link.client.forget(&name)?;
    let types = link.statements.types();
    types.learn(&mut link.client, columns.iter().map(|column| column.1).collect()).await?;
    let wires = columns.iter().map(|column| types.wire(column.1)).collect();
    Ok((wires, format!("COPY {table} ({names}) FROM STDIN (FORMAT binary)")))
}

fn full_name(table: TableRef) -> Result<String> {
    let name = quoted(&PostgresqlDialect, &table.def.name)?;
    match &table.def.schema {
        Some(schema) => Ok(format!("{}.{name}", quoted(&PostgresqlDialect, schema)?)),
        None => Ok(name),
    }
}

fn write_row(values: &[Value], wires: &[Wire], columns: &[ColumnRef], buffer: &mut Vec<u8>) -> Result<()> {
    let too_many = |_| Error::new(ErrorKind::Encode, "the row has too many columns");
    buffer.extend(i16::try_from(values.len()).map_err(too_many)?.to_be_bytes());
    for ((value, wire), column) in values.iter().zip(wires).zip(columns) {
        if !fits(value, wire) {
            let message = format!(
                "the column is {wire:?}, and no {value:?} can be sent to it: give the field its type, or insert the rows"
            );
            return Err(Error::new(ErrorKind::Encode, message).with_column(column.name()));
        }
        write_sized(value, wire, buffer).map_err(|error| error.with_column(column.name()))?;
    }
    Ok(())
}
