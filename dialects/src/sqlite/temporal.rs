//! Dates and times as SQLite computes with them: its functions read and write texts.

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
        (FunctionName::Extract(part), _) => compiler.cast(SqlType::Integer, |compiler| {
            let letter = match part {
                TimePart::Year => "Y",
                TimePart::Month => "m",
                TimePart::Day => "d",
                TimePart::Weekday => "u",
                TimePart::DayOfYear => "j",
                TimePart::Hour => "H",
                TimePart::Minute => "M",
                TimePart::Second => "S",
            };
            compiler.around(&format!("strftime('%{letter}', "), value, ")")
        })?,
        (FunctionName::DateOf, _) => compiler.around("date(", value, ")")?,
        (FunctionName::Truncate(unit), _) => truncate(compiler, function, *unit, value)?,
        (FunctionName::AddSeconds, [number]) => later(compiler, function, value, number, " seconds'")?,
        (FunctionName::AddMicroseconds, _) => {
            return Err(compiler.unsupported(
                "arithmetic of fractions of a second",
                "add whole seconds, or compute it in the program",
            ));
        }
        (FunctionName::AddDays, [number]) => later(compiler, function, value, number, " days'")?,
        (FunctionName::AddMonths, [number]) => later(compiler, function, value, number, " months', 'floor'")?,
        (FunctionName::SecondsSince, [other]) => {
            compiler.around("(unixepoch(", value, ", 'subsec') - unixepoch(")?;
            compiler.around("", other, ", 'subsec'))")?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn truncate(compiler: &mut Compiler<'_>, function: &Function, unit: TimeUnit, value: &Node) -> Result<()> {
    let format = match unit {
        TimeUnit::Year => "%Y-01-01",
        TimeUnit::Month => "%Y-%m-01",
        TimeUnit::Week | TimeUnit::Day => "%Y-%m-%d",
        _ if function.returns == SqlType::Date => "%Y-%m-%d",
        TimeUnit::Hour => "%Y-%m-%d %H:00:00",
        TimeUnit::Minute => "%Y-%m-%d %H:%M:00",
        TimeUnit::Second => "%Y-%m-%d %H:%M:%S",
    };
    let time = if format.contains(' ') || function.returns == SqlType::Date { "" } else { " 00:00:00" };
    let zone = if function.returns == SqlType::UtcDateTime { "+00:00" } else { "" };
    // The Monday before the next Sunday.
    let monday = if unit == TimeUnit::Week { ", 'weekday 0', '-6 days'" } else { "" };
    compiler.around(&format!("strftime('{format}{time}{zone}', "), value, &format!("{monday})"))
}

/// Writes what lies so much later: of a date and time the fraction and the zone stay as they are.
fn later(compiler: &mut Compiler<'_>, function: &Function, value: &Node, number: &Node, unit: &str) -> Result<()> {
    if function.returns == SqlType::Date {
        compiler.around("date(", value, ", ")?;
        compiler.node_in(number, Precedence::Atom)?;
        compiler.push(&format!(" || '{unit})"));
        return Ok(());
    }
    compiler.around("(datetime(substr(", value, ", 1, 19), ")?;
    compiler.node_in(number, Precedence::Atom)?;
    compiler.push(&format!(" || '{unit}) || substr("));
    compiler.around("", value, ", 20))")
}
