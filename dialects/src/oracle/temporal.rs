//! Dates and times as Oracle computes with them.

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
        (FunctionName::Extract(part), _) => {
            let (before, after) = match part {
                TimePart::Year => ("EXTRACT(YEAR FROM ", ")"),
                TimePart::Month => ("EXTRACT(MONTH FROM ", ")"),
                TimePart::Day => ("EXTRACT(DAY FROM ", ")"),
                TimePart::Hour => ("EXTRACT(HOUR FROM ", ")"),
                TimePart::Minute => ("EXTRACT(MINUTE FROM ", ")"),
                TimePart::Second => ("trunc(EXTRACT(SECOND FROM ", "))"),
                TimePart::DayOfYear => ("to_number(to_char(", ", 'DDD'))"),
                TimePart::Weekday => {
                    // The day's own number depends on the country.
                    compiler.around("(trunc(", value, ") - ")?;
                    compiler.around("trunc(", value, ", 'IW') + 1)")?;
                    return Ok(true);
                }
            };
            compiler.around(before, value, after)?;
        }
        (FunctionName::DateOf, _) => compiler.around("trunc(", value, ")")?,
        (FunctionName::Truncate(unit), _) => {
            let format = match unit {
                TimeUnit::Year => ", 'YYYY')",
                TimeUnit::Month => ", 'MM')",
                TimeUnit::Week => ", 'IW')",
                TimeUnit::Day => ", 'DD')",
                TimeUnit::Hour => ", 'HH24')",
                TimeUnit::Minute => ", 'MI')",
                // A DATE ends with the second.
                TimeUnit::Second => {
                    let whole = |compiler: &mut Compiler<'_>| compiler.around("CAST(", value, " AS TIMESTAMP(0))");
                    compiler.cast(function.returns, |compiler| {
                        compiler.push("(");
                        whole(compiler)?;
                        compiler.push(" - CASE WHEN ");
                        whole(compiler)?;
                        compiler.around(" > ", value, " THEN 1 ELSE 0 END * INTERVAL '1' SECOND)")
                    })?;
                    return Ok(true);
                }
            };
            date_or_both(compiler, function, |compiler| compiler.around("trunc(", value, format))?;
        }
        (FunctionName::AddSeconds, [number]) => later(compiler, value, number, "SECOND", "")?,
        (FunctionName::AddMicroseconds, [number]) => later(compiler, value, number, "SECOND", " / 1000000")?,
        (FunctionName::AddDays, [number]) => later(compiler, value, number, "DAY", "")?,
        (FunctionName::AddMonths, [number]) => months_later(compiler, value, number, function)?,
        (FunctionName::SecondsSince, [other]) => {
            let difference = |compiler: &mut Compiler<'_>| {
                compiler.push("(");
                compiler.cast(SqlType::DateTime, |compiler| compiler.node(value))?;
                compiler.push(" - ");
                compiler.cast(SqlType::DateTime, |compiler| compiler.node(other))?;
                compiler.push(")");
                Ok(())
            };
            compiler.cast(SqlType::Double, |compiler| {
                for (part, seconds) in
                    [("DAY", " * 86400 + "), ("HOUR", " * 3600 + "), ("MINUTE", " * 60 + "), ("SECOND", "")]
                {
                    compiler.push(&format!("EXTRACT({part} FROM "));
                    difference(compiler)?;
                    compiler.push(")");
                    compiler.push(seconds);
                }
                Ok(())
            })?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn later(compiler: &mut Compiler<'_>, value: &Node, number: &Node, unit: &str, share: &str) -> Result<()> {
    compiler.push("(");
    compiler.node_in(value, Precedence::Sum)?;
    compiler.push(" + numtodsinterval(");
    compiler.node_in(number, Precedence::Product)?;
    compiler.push(&format!("{share}, '{unit}'))"));
    Ok(())
}

/// Writes the same day so many months later, or the last of that month if it has no such day. `add_months` alone makes the last day of a
/// month the last of the other, and forgets fractions of seconds.
fn months_later(compiler: &mut Compiler<'_>, value: &Node, number: &Node, function: &Function) -> Result<()> {
    let first = |compiler: &mut Compiler<'_>| {
        compiler.around("add_months(trunc(", value, ", 'MM'), ")?;
        compiler.around("", number, ")")
    };
    date_or_both(compiler, function, |compiler| {
        compiler.push("(");
        first(compiler)?;
        compiler.around(" + least(EXTRACT(DAY FROM ", value, "), EXTRACT(DAY FROM last_day(")?;
        first(compiler)?;
        compiler.push("))) - 1");
        if function.returns != SqlType::Date {
            compiler.push(" + (");
            compiler.cast(SqlType::DateTime, |compiler| compiler.node(value))?;
            compiler.around(" - trunc(", value, "))")?;
        }
        compiler.push(")");
        Ok(())
    })
}

/// Writes what is a date here, with a time of day if it has one elsewhere.
fn date_or_both(
    compiler: &mut Compiler<'_>,
    function: &Function,
    write: impl FnOnce(&mut Compiler<'_>) -> Result<()>,
) -> Result<()> {
    if function.returns == SqlType::Date { write(compiler) } else { compiler.cast(function.returns, write) }
}
