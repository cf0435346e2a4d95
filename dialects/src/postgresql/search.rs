//! Regular expressions, full-text search and arrays.

use aludel_core::{
    Result,
    compile::{Compiler, Precedence},
    expr::tree::{Function, FunctionName},
    types::SqlType,
};

/// Writes a call that searches, and answers whether it was one.
pub(super) fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    let arguments = &function.arguments[..];
    let (before, between, after) = match &function.name {
        FunctionName::Regexp { ignore_case: false } => ("(", " ~ ", ")"),
        FunctionName::Regexp { ignore_case: true } => ("(", " ~* ", ")"),
        FunctionName::FullText => ("(to_tsvector(", ") @@ plainto_tsquery(", "))"),
        FunctionName::ArrayContains => ("(", " @> ", ")"),
        FunctionName::ArrayOverlaps => ("(", " && ", ")"),
        FunctionName::ArrayHas => ("(", " = ANY(", "))"),
        FunctionName::ArrayLength => {
            compiler.cast(SqlType::BigInt, |compiler| {
                compiler.call_named("cardinality", function, arguments, Compiler::node)
            })?;
            return Ok(true);
        }
        _ => return Ok(false),
    };
    compiler.push(before);
    compiler.separated(between, arguments, |compiler, node| compiler.node_in(node, Precedence::Atom))?;
    compiler.push(after);
    Ok(true)
}
