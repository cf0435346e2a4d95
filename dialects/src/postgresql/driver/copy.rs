//! COPY: many rows in the binary format, as a stream.
//!
//! The format is described under [COPY, Binary Format](https://www.postgresql.org/docs/current/sql-copy.html).

use super::{
    bind::{fits, write},
    error::failed,
    wire::Wire,
};
use crate::postgresql::PostgresqlDialect;
use aludel_core::{
    Error, ErrorKind, Result,
    compile::quoted,
    engine::LoadJob,
    schema::{ColumnRef, TableRef},
    types::Value,
};
use sqlx::{AssertSqlSafe, Column as _, Executor, SqlSafeStr as _, Statement as _, postgres::PgConnection};

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
    /// It was told to forget the rows, and listens.
    GivenUp(Error),
    /// Who knows.
    Lost(Error),
}

/// Sends the rows, all or none.
pub(super) async fn copy(connection: &mut PgConnection, load: LoadJob<'_>) -> Outcome {
    let LoadJob { table, columns, rows } = load;
    let columns: Vec<ColumnRef> = columns.iter().map(|&index| ColumnRef { table, index }).collect();
    let (wires, sql) = match describe(connection, table, &columns).await {
        Ok(described) => described,
        Err(error) => return Outcome::Done(Err(error)),
    };
    let mut copy = match connection.copy_in_raw(&sql).await {
        Ok(copy) => copy,
        Err(error) => return answered(error, &sql),
    };
    let mut buffer = Vec::with_capacity(BUFFER + BUFFER / 4);
    buffer.extend_from_slice(HEADER);
    for row in rows {
        let written = row.and_then(|values| write_row(&values, &wires, &columns, &mut buffer));
        if let Err(error) = written {
            return match copy.abort("the program gave it up").await {
                Ok(()) => Outcome::GivenUp(error),
                Err(_) => Outcome::Lost(error),
            };
        }
        if buffer.len() >= BUFFER {
            if let Err(error) = copy.send(buffer.as_slice()).await {
                return Outcome::Lost(failed(error).with_sql(sql));
            }
            buffer.clear();
        }
    }
    buffer.extend_from_slice(&END);
    if let Err(error) = copy.send(buffer.as_slice()).await {
        return Outcome::Lost(failed(error).with_sql(sql));
    }
    match copy.finish().await {
        Ok(rows) => Outcome::Done(Ok(rows)),
        Err(error) => answered(error, &sql),
    }
}

fn answered(error: sqlx::Error, sql: &str) -> Outcome {
    let is_servers = matches!(error, sqlx::Error::Database(_));
    let error = failed(error).with_sql(sql);
    if is_servers { Outcome::Done(Err(error)) } else { Outcome::Lost(error) }
}

/// How the values of the columns are written, and the COPY.
async fn describe(
    connection: &mut PgConnection,
    table: TableRef,
    columns: &[ColumnRef],
) -> Result<(Vec<Wire>, String)> {
    let names: Vec<String> =
        columns.iter().map(|column| quoted(&PostgresqlDialect, column.name())).collect::<Result<_>>()?;
    let (table, names) = (full_name(table)?, names.join(", "));
    let select = AssertSqlSafe(format!("SELECT {names} FROM {table}")).into_sql_str();
    let described = connection.prepare(select).await.map_err(failed)?;
    let wires = described.columns().iter().map(|column| Wire::of(column.type_info())).collect();
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
    let too_large = || Error::new(ErrorKind::Encode, "the value is too large");
    buffer.extend(i16::try_from(values.len()).map_err(|_| too_large())?.to_be_bytes());
    for ((value, wire), column) in values.iter().zip(wires).zip(columns) {
        let start = buffer.len();
        buffer.extend((-1_i32).to_be_bytes());
        if value.is_null() {
            continue;
        }
        if !fits(value, wire) {
            let message = format!(
                "the column is {wire:?}, and no {value:?} can be sent to it: give the field its type, or insert the rows"
            );
            return Err(Error::new(ErrorKind::Encode, message).with_column(column.name()));
        }
        write(value, wire, buffer).map_err(|error| error.with_column(column.name()))?;
        let length = i32::try_from(buffer.len() - start - 4).map_err(|_| too_large())?;
        buffer[start..start + 4].copy_from_slice(&length.to_be_bytes());
    }
    Ok(())
}
