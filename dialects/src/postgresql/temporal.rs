//! Dates and times as PostgreSQL computes with them.

use aludel_core::{
    Result,
    compile::{Compiler, Precedence},
    expr::{
        Node,
        tree::{Function, FunctionName, TimePart, TimeUnit},
    },
    types::SqlType,
};

/// Writes a call about dates and times, and answers whether it was one.
pub(super) fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    let [value, rest @ ..] = &function.arguments[..] else { return Ok(false) };
    match (&function.name, rest) {
        (FunctionName::Extract(part), _) => extract(compiler, *part, value)?,
        (FunctionName::DateOf, _) => compiler.cast(SqlType::Date, |compiler| compiler.node(value))?,
        (FunctionName::Truncate(unit), _) => {
            let unit = match unit {
                TimeUnit::Year => "year",
                TimeUnit::Month => "month",
                TimeUnit::Week => "week",
                TimeUnit::Day => "day",
                TimeUnit::Hour => "hour",
                TimeUnit::Minute => "minute",
                TimeUnit::Second => "second",
            };
            date_or_both(compiler, function, |compiler| {
                compiler.push(&format!("date_trunc('{unit}', "));
                compiler.node(value)?;
                compiler.push(")");
                Ok(())
            })?;
        }
        (FunctionName::AddSeconds, [number]) => later(compiler, value, number, "second")?,
        (FunctionName::AddMicroseconds, [number]) => later(compiler, value, number, "microsecond")?,
        (FunctionName::AddDays, [number]) => {
            date_or_both(compiler, function, |compiler| later(compiler, value, number, "day"))?
        }
        (FunctionName::AddMonths, [number]) => {
            date_or_both(compiler, function, |compiler| later(compiler, value, number, "month"))?
        }
        (FunctionName::SecondsSince, [other]) => compiler.cast(SqlType::Double, |compiler| {
            compiler.push("EXTRACT(EPOCH FROM (");
            compiler.node_in(value, Precedence::Sum)?;
            compiler.push(" - ");
            compiler.node_in(other, Precedence::Product)?;
            compiler.push("))");
            Ok(())
        })?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn extract(compiler: &mut Compiler<'_>, part: TimePart, value: &Node) -> Result<()> {
    let (before, after) = match part {
        TimePart::Year => ("EXTRACT(YEAR FROM ", ")"),
        TimePart::Month => ("EXTRACT(MONTH FROM ", ")"),
        TimePart::Day => ("EXTRACT(DAY FROM ", ")"),
        TimePart::Weekday => ("EXTRACT(ISODOW FROM ", ")"),
        TimePart::DayOfYear => ("EXTRACT(DOY FROM ", ")"),
        TimePart::Hour => ("EXTRACT(HOUR FROM ", ")"),
        TimePart::Minute => ("EXTRACT(MINUTE FROM ", ")"),
        TimePart::Second => ("trunc(EXTRACT(SECOND FROM ", "))"),
    };
    compiler.cast(SqlType::Integer, |compiler| {
        compiler.push(before);
        compiler.node(value)?;
        compiler.push(after);
        Ok(())
    })
}

/// Writes what of a date would be a date and time, as a date again.
fn date_or_both(
    compiler: &mut Compiler<'_>,
    function: &Function,
    write: impl FnOnce(&mut Compiler<'_>) -> Result<()>,
) -> Result<()> {
    if function.returns == SqlType::Date { compiler.cast(SqlType::Date, write) } else { write(compiler) }
}

fn later(compiler: &mut Compiler<'_>, value: &Node, number: &Node, unit: &str) -> Result<()> {
    compiler.push("(");
    compiler.node_in(value, Precedence::Sum)?;
    compiler.push(" + ");
    compiler.cast(SqlType::BigInt, |compiler| compiler.node(number))?;
    compiler.push(&format!(" * INTERVAL '1 {unit}')"));
    Ok(())
}
