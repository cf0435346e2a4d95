//! Expressions that MySQL and MariaDB spell their own way.

use super::{json, temporal};
use aludel_core::{
    Result,
    compile::{Compiler, Precedence, sql_type},
    expr::{
        Node,
        tree::{BinaryOp, Constant, Function, FunctionName, Set},
    },
    types::SqlType,
};

pub(super) fn node(compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
    match node {
        Node::Binary(op, parts) => binary(compiler, *op, parts),
        Node::Function(function) => {
            Ok(call(compiler, function)? || temporal::call(compiler, function)? || json::call(compiler, function)?)
        }
        Node::Cast(inner, target) if target.is_integer() => cast_to_integer(compiler, inner, *target),
        // No LIMIT may stand in IN itself.
        Node::In { node, set: Set::Select(select), negated } if select.limit.or(select.offset).is_some() => {
            compiler.node_in(node, Precedence::Concat)?;
            compiler.push(if *negated { " NOT IN (SELECT * FROM (" } else { " IN (SELECT * FROM (" });
            compiler.subselect(select)?;
            compiler.push(") AS limited)");
            Ok(true)
        }
        _ => Ok(false),
    }
}

fn binary(compiler: &mut Compiler<'_>, op: BinaryOp, parts: &[Node; 2]) -> Result<bool> {
    let [left, right] = parts;
    match op {
        BinaryOp::Distinct | BinaryOp::NotDistinct => {
            compiler.push(if op == BinaryOp::Distinct { "NOT (" } else { "" });
            compiler.node_in(left, Precedence::Concat)?;
            compiler.push(" <=> ");
            compiler.node_in(right, Precedence::Concat)?;
            compiler.push(if op == BinaryOp::Distinct { ")" } else { "" });
        }
        // Two bars are OR, unless the session says otherwise.
        BinaryOp::Concat => {
            compiler.push("concat(");
            compiler.separated(", ", parts, Compiler::node)?;
            compiler.push(")");
        }
        BinaryOp::DivideIntegers => {
            compiler.node_in(left, Precedence::Product)?;
            compiler.push(" DIV ");
            compiler.node_in(right, Precedence::Atom)?;
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    match function.name {
        // By the collation of the connection case counts.
        FunctionName::Regexp { ignore_case } => {
            compiler.push("(");
            let [text, pattern] = &function.arguments[..] else { return Ok(false) };
            compiler.node_in(text, Precedence::Atom)?;
            compiler.push(if ignore_case { " REGEXP concat('(?i)', " } else { " REGEXP " });
            compiler.node_in(pattern, Precedence::Atom)?;
            compiler.push(if ignore_case { "))" } else { ")" });
        }
        FunctionName::FullText => {
            compiler.push("(MATCH (");
            compiler.separated(") AGAINST (", &function.arguments, Compiler::node)?;
            compiler.push(") > 0)");
        }
        FunctionName::Length => compiler.call_named("char_length", function, &function.arguments, Compiler::node)?,
        FunctionName::Random => compiler.call_named("rand", function, &function.arguments, Compiler::node)?,
        // Without its digits there would be no fraction of the second.
        FunctionName::CurrentTimestamp => {
            compiler.push("CURRENT_TIMESTAMP(6)");
        }
        // Of integers it would be a decimal of four digits after the point.
        FunctionName::Avg if function.returns == SqlType::Double && !is_double(function) => {
            compiler.call(function, |compiler, node| compiler.cast(SqlType::Double, |compiler| compiler.node(node)))?;
        }
        // MariaDB's take no value for rows that are not there. Those are the rows where a constant is NULL.
        FunctionName::Lag | FunctionName::Lead if function.arguments.len() == 3 => {
            let [value, rows, otherwise] = &function.arguments[..] else { return Ok(false) };
            let name = if function.name == FunctionName::Lag { "lag" } else { "lead" };
            compiler.push("CASE WHEN ");
            compiler.call_named(name, function, [&Node::Constant(Constant::Number(1)), rows], Compiler::node)?;
            compiler.push(" IS NULL THEN ");
            compiler.node(otherwise)?;
            compiler.push(" ELSE ");
            compiler.call_named(name, function, [value, rows], Compiler::node)?;
            compiler.push(" END");
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn is_double(function: &Function) -> bool {
    let argument = function.arguments.first().and_then(sql_type);
    matches!(argument, Some(SqlType::Real | SqlType::Double))
}

/// Writes a cast to an integer that cuts off the fraction, as it does elsewhere.
fn cast_to_integer(compiler: &mut Compiler<'_>, inner: &Node, target: SqlType) -> Result<bool> {
    if !matches!(sql_type(inner), Some(SqlType::Real | SqlType::Double | SqlType::Decimal | SqlType::BigDecimal)) {
        return Ok(false);
    }
    compiler.cast(target, |compiler| {
        compiler.push("truncate(");
        compiler.node(inner)?;
        compiler.push(", 0)");
        Ok(())
    })?;
    Ok(true)
}
