//! The parts of JSON, as MySQL and MariaDB take them out.

use aludel_core::{
    Result,
    compile::Compiler,
    expr::{
        Node,
        tree::{Function, FunctionName, JsonAs},
    },
};

const NUMBERS: &str = "IN ('INTEGER', 'UNSIGNED INTEGER', 'DOUBLE', 'DECIMAL')";

/// Writes a call about JSON, and answers whether it was one.
pub(super) fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    let [json, other] = &function.arguments[..] else { return Ok(false) };
    match function.name {
        FunctionName::JsonContains => of_both(compiler, "json_contains(", json, other)?,
        FunctionName::Json(json_as) => taken(compiler, json_as, json, other)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn taken(compiler: &mut Compiler<'_>, json_as: JsonAs, json: &Node, path: &Node) -> Result<()> {
    let (kind, before, after) = match json_as {
        JsonAs::Json => return of_both(compiler, "json_extract(", json, path),
        JsonAs::Exists => {
            compiler.push("json_contains_path(");
            compiler.node(json)?;
            compiler.push(", 'one', ");
            compiler.node(path)?;
            compiler.push(")");
            return Ok(());
        }
        JsonAs::Boolean => {
            compiler.push("CASE json_type(");
            of_both(compiler, "json_extract(", json, path)?;
            compiler.push(") WHEN 'BOOLEAN' THEN json_contains(");
            compiler.node(json)?;
            compiler.push(", 'true', ");
            compiler.node(path)?;
            compiler.push(") END");
            return Ok(());
        }
        // The text of JSON has a collation of its own.
        JsonAs::Text => ("<> 'NULL'", "CAST(json_unquote(", ") AS CHAR)"),
        JsonAs::Integer => (NUMBERS, "CAST(truncate(", ", 0) AS SIGNED)"),
        JsonAs::Double => (NUMBERS, "CAST(", " AS DOUBLE)"),
        JsonAs::Length => ("= 'ARRAY'", "json_length(", ")"),
    };
    compiler.push("CASE WHEN json_type(");
    of_both(compiler, "json_extract(", json, path)?;
    compiler.push(&format!(") {kind} THEN {before}"));
    of_both(compiler, "json_extract(", json, path)?;
    compiler.push(after);
    compiler.push(" END");
    Ok(())
}

fn of_both(compiler: &mut Compiler<'_>, before: &str, json: &Node, other: &Node) -> Result<()> {
    compiler.push(before);
    compiler.separated(", ", [json, other], Compiler::node)?;
    compiler.push(")");
    Ok(())
}
