//! Dates and times as MySQL and MariaDB compute with them.

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
                TimePart::Year => ("year(", ")"),
                TimePart::Month => ("month(", ")"),
                TimePart::Day => ("dayofmonth(", ")"),
                TimePart::Weekday => ("(weekday(", ") + 1)"),
                TimePart::DayOfYear => ("dayofyear(", ")"),
                TimePart::Hour => ("hour(", ")"),
                TimePart::Minute => ("minute(", ")"),
                TimePart::Second => ("second(", ")"),
            };
            compiler.around(before, value, after)?;
        }
        (FunctionName::DateOf, _) => compiler.around("date(", value, ")")?,
        (FunctionName::Truncate(unit), _) => {
            compiler.cast(function.returns, |compiler| truncate(compiler, *unit, value))?
        }
        (FunctionName::AddSeconds, [number]) => later(compiler, value, number, "SECOND")?,
        (FunctionName::AddMicroseconds, [number]) => later(compiler, value, number, "MICROSECOND")?,
        (FunctionName::AddDays, [number]) => later(compiler, value, number, "DAY")?,
        (FunctionName::AddMonths, [number]) => later(compiler, value, number, "MONTH")?,
        (FunctionName::SecondsSince, [other]) => {
            compiler.push("(");
            compiler.cast(SqlType::Double, |compiler| {
                compiler.push("timestampdiff(MICROSECOND, ");
                compiler.separated(", ", [other, value], Compiler::node)?;
                compiler.push(")");
                Ok(())
            })?;
            compiler.push(" / 1000000)");
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn truncate(compiler: &mut Compiler<'_>, unit: TimeUnit, value: &Node) -> Result<()> {
    let format = match unit {
        TimeUnit::Year => "%Y-01-01",
        TimeUnit::Month => "%Y-%m-01",
        TimeUnit::Day => "%Y-%m-%d",
        TimeUnit::Hour => "%Y-%m-%d %H:00:00",
        TimeUnit::Minute => "%Y-%m-%d %H:%i:00",
        TimeUnit::Second => "%Y-%m-%d %H:%i:%s",
        TimeUnit::Week => {
            compiler.around("(date(", value, ") - INTERVAL weekday(")?;
            return compiler.around("", value, ") DAY)");
        }
    };
    compiler.around("date_format(", value, &format!(", '{format}')"))
}

fn later(compiler: &mut Compiler<'_>, value: &Node, number: &Node, unit: &str) -> Result<()> {
    compiler.push("(");
    compiler.node_in(value, Precedence::Sum)?;
    compiler.push(" + INTERVAL ");
    compiler.node_in(number, Precedence::Atom)?;
    compiler.push(&format!(" {unit})"));
    Ok(())
}
