//! Expressions that Oracle spells its own way.

use super::{large, temporal};
use aludel_core::{
    Result,
    compile::{Compiler, Precedence, sql_type},
    expr::{
        Node,
        tree::{BinaryOp, Function, FunctionName},
    },
    types::SqlType,
};

pub(super) fn node(compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
    if large::compared(compiler, node)? {
        return Ok(true);
    }
    match node {
        Node::Binary(op, parts) => binary(compiler, *op, parts),
        Node::Function(function) => Ok(call(compiler, function)? || temporal::call(compiler, function)?),
        // It would be rounded.
        Node::Cast(inner, target) if target.is_integer() && !sql_type(inner).is_some_and(SqlType::is_integer) => {
            compiler.cast(*target, |compiler| compiler.around("trunc(", inner, ")"))?;
            Ok(true)
        }
        _ => Ok(false),
    }
}

fn binary(compiler: &mut Compiler<'_>, op: BinaryOp, parts: &[Node; 2]) -> Result<bool> {
    let [left, right] = parts;
    match op {
        // To `decode` one NULL is as good as another.
        BinaryOp::Distinct | BinaryOp::NotDistinct => {
            compiler.push("decode(");
            compiler.separated(", ", parts, Compiler::node)?;
            compiler.push(if op == BinaryOp::Distinct { ", 0, 1) = 1" } else { ", 0, 1) = 0" });
        }
        // Here NULL is an empty text.
        BinaryOp::Concat => {
            let mut operands = Vec::new();
            parts.iter().for_each(|part| nullable(part, &mut operands));
            if operands.is_empty() {
                return Ok(false);
            }
            compiler.push("CASE WHEN ");
            compiler.separated(" AND ", operands, |compiler, operand| {
                compiler.node_in(operand, Precedence::Concat)?;
                compiler.push(" IS NOT NULL");
                Ok(())
            })?;
            compiler.push(" THEN ");
            joined(compiler, parts)?;
            compiler.push(" END");
        }
        BinaryOp::DivideIntegers => {
            compiler.push("trunc(");
            compiler.node_in(left, Precedence::Product)?;
            compiler.push(" / ");
            compiler.node_in(right, Precedence::Atom)?;
            compiler.push(")");
        }
        BinaryOp::Remainder => {
            compiler.push("mod(");
            compiler.separated(", ", parts, Compiler::node)?;
            compiler.push(")");
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// What may be NULL of the texts that are joined.
fn nullable<'n>(node: &'n Node, found: &mut Vec<&'n Node>) {
    match node {
        Node::Binary(BinaryOp::Concat, parts) => parts.iter().for_each(|part| nullable(part, found)),
        Node::Bind(value) if !value.is_null() => {}
        Node::Column(column) if !column.def().nullable => {}
        node => found.push(node),
    }
}

fn joined(compiler: &mut Compiler<'_>, parts: &[Node; 2]) -> Result<()> {
    compiler.separated(" || ", parts, |compiler, part| match part {
        Node::Binary(BinaryOp::Concat, parts) => joined(compiler, parts),
        part => compiler.node_in(part, Precedence::Atom),
    })
}

fn is_double(node: &Node) -> bool {
    sql_type(node) == Some(SqlType::Double)
}

fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    match function.name {
        FunctionName::Regexp { ignore_case } => {
            compiler.push("regexp_like(");
            compiler.separated(", ", &function.arguments, Compiler::node)?;
            compiler.push(if ignore_case { ", 'i')" } else { ")" });
        }
        // Of numbers with a point it would have more digits than the program's.
        FunctionName::Avg if function.returns == SqlType::Double && !function.arguments.iter().all(is_double) => {
            compiler.call(function, |compiler, node| compiler.cast(SqlType::Double, |compiler| compiler.node(node)))?;
        }
        FunctionName::Random => compiler.push("dbms_random.value()"),
        // Which has a time of day, too.
        FunctionName::CurrentDate => compiler.push("trunc(CURRENT_DATE)"),
        _ => return Ok(false),
    }
    Ok(true)
}
