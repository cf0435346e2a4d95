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
            around(compiler, &format!("strftime('%{letter}', "), value, ")")
        })?,
        (FunctionName::DateOf, _) => around(compiler, "date(", value, ")")?,
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
            around(compiler, "(unixepoch(", value, ", 'subsec') - unixepoch(")?;
            around(compiler, "", other, ", 'subsec'))")?;
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
    around(compiler, &format!("strftime('{format}{time}{zone}', "), value, &format!("{monday})"))
}

/// Writes what lies so much later: of a date and time the fraction and the zone stay as they are.
fn later(compiler: &mut Compiler<'_>, function: &Function, value: &Node, number: &Node, unit: &str) -> Result<()> {
    if function.returns == SqlType::Date {
        around(compiler, "date(", value, ", ")?;
        compiler.node_in(number, Precedence::Atom)?;
        compiler.push(&format!(" || '{unit})"));
        return Ok(());
    }
    around(compiler, "(datetime(substr(", value, ", 1, 19), ")?;
    compiler.node_in(number, Precedence::Atom)?;
    compiler.push(&format!(" || '{unit}) || substr("));
    around(compiler, "", value, ", 20))")
}

fn around(compiler: &mut Compiler<'_>, before: &str, value: &Node, after: &str) -> Result<()> {
    compiler.push(before);
    compiler.node(value)?;
    compiler.push(after);
    Ok(())
}
