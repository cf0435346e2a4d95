//! Expressions that MySQL and MariaDB spell their own way.

use aludel_core::{
    Result,
    compile::{Compiler, Precedence, sql_type},
    expr::{
        Node,
        tree::{BinaryOp, Function, FunctionName, Set},
    },
    types::SqlType,
};

pub(super) fn node(compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
    match node {
        Node::Binary(op, parts) => binary(compiler, *op, parts),
        Node::Function(function) => call(compiler, function),
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
        FunctionName::Length => compiler.push("char_length("),
        FunctionName::Random => compiler.push("rand("),
        // Without its digits there would be no fraction of the second.
        FunctionName::CurrentTimestamp => {
            compiler.push("CURRENT_TIMESTAMP(6)");
            return Ok(true);
        }
        // Of integers it would be a decimal of four digits after the point.
        FunctionName::Avg if function.returns == SqlType::Double => {
            compiler.push(if function.distinct { "avg(DISTINCT " } else { "avg(" });
            compiler.separated("", &function.arguments, |compiler, node| {
                compiler.cast(SqlType::Double, |compiler| compiler.node(node))
            })?;
            compiler.push(")");
            return Ok(true);
        }
        _ => return Ok(false),
    }
    compiler.separated(", ", &function.arguments, Compiler::node)?;
    compiler.push(")");
    Ok(true)
}

/// Writes a cast to an integer that cuts off the fraction, as it does elsewhere.
fn cast_to_integer(compiler: &mut Compiler<'_>, inner: &Node, target: SqlType) -> Result<bool> {
    if !matches!(sql_type(inner), Some(SqlType::Real | SqlType::Double | SqlType::Decimal)) {
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
