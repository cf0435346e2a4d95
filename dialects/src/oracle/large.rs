//! Texts that are kept as CLOB, which is no type to compare, to sort or to group by.

use super::types::{MAX_VARCHAR, no};
use aludel_core::{
    Error, Result,
    compile::{Compiler, Precedence},
    expr::{
        Node,
        tree::{BinaryOp, FunctionName, Select, Set},
    },
    types::SqlType,
};

/// Whether the expression is a CLOB.
pub(super) fn is_large(node: &Node) -> bool {
    match node {
        // Of the rows of a query, only the server knows.
        Node::Column(column) if column.table.derived => false,
        Node::Column(column) => match (column.def().sql_type, column.def().length) {
            (SqlType::Text, length) => length.is_none_or(|length| length > MAX_VARCHAR),
            (sql_type, _) => sql_type == SqlType::Json,
        },
        Node::Label(node, _) => is_large(node),
        Node::Binary(BinaryOp::Concat, parts) => parts.iter().any(is_large),
        Node::Case { branches, otherwise } => {
            branches.iter().any(|(_, value)| is_large(value)) || otherwise.as_deref().is_some_and(is_large)
        }
        Node::Scalar(select) => select.columns.first().is_some_and(is_large),
        Node::Function(function) => match function.name {
            FunctionName::Lower
            | FunctionName::Upper
            | FunctionName::Trim
            | FunctionName::TrimStart
            | FunctionName::TrimEnd
            | FunctionName::Replace
            | FunctionName::Substring
            | FunctionName::Coalesce
            | FunctionName::NullIf => function.arguments.iter().any(is_large),
            _ => false,
        },
        _ => false,
    }
}

/// Writes a comparison of such texts, and answers whether it was one.
pub(super) fn compared(compiler: &mut Compiler<'_>, node: &Node) -> Result<bool> {
    match node {
        Node::Binary(op, parts) if parts.iter().any(is_large) => {
            let sql = match op {
                BinaryOp::Eq => " = 0",
                BinaryOp::Ne => " <> 0",
                BinaryOp::Lt => " < 0",
                BinaryOp::Le => " <= 0",
                BinaryOp::Gt => " > 0",
                BinaryOp::Ge => " >= 0",
                BinaryOp::Distinct | BinaryOp::NotDistinct => return Err(no_comparison()),
                _ => return Ok(false),
            };
            compare(compiler, &parts[0], &parts[1])?;
            compiler.push(sql);
        }
        Node::Between { parts, negated } if is_large(&parts[0]) => {
            let [node, low, high] = &**parts;
            compiler.push(if *negated { "NOT (" } else { "(" });
            compare(compiler, node, low)?;
            compiler.push(" >= 0 AND ");
            compare(compiler, node, high)?;
            compiler.push(" <= 0)");
        }
        Node::In { node, set: Set::List(nodes), negated } if is_large(node) && !nodes.is_empty() => {
            compiler.push(if *negated { "NOT (" } else { "(" });
            let length = compiler.list_length(nodes);
            compiler.separated(" OR ", 0..length, |compiler, index| {
                compiler.around("dbms_lob.compare(", node, ", ")?;
                compiler.list_element(nodes, index)?;
                compiler.push(") = 0");
                Ok(())
            })?;
            compiler.push(")");
        }
        Node::In { node, set: Set::Select(_), .. } if is_large(node) => return Err(no_comparison()),
        _ => return Ok(false),
    }
    Ok(true)
}

/// Refuses a query that sorts, groups or distinguishes such texts.
pub(super) fn check(select: &Select) -> Result<()> {
    let Select { distinct, columns, group_by, order_by, .. } = select;
    let orders = order_by.iter().map(|order| &order.node);
    let distinct = columns.iter().filter(|_| *distinct);
    if group_by.iter().chain(orders).chain(distinct).any(is_large) { Err(no_comparison()) } else { Ok(()) }
}

fn compare(compiler: &mut Compiler<'_>, left: &Node, right: &Node) -> Result<()> {
    compiler.push("dbms_lob.compare(");
    compiler.node_in(left, Precedence::Or)?;
    compiler.push(", ");
    compiler.node_in(right, Precedence::Or)?;
    compiler.push(")");
    Ok(())
}

#[cold]
fn no_comparison() -> Error {
    no(format!(
        "order, groups or distinct values of texts of unlimited length; give the column one of at most {MAX_VARCHAR}: length = 200"
    ))
}
