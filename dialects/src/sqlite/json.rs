//! The parts of JSON, as SQLite takes them out.

use aludel_core::{
    Result,
    compile::{Compiler, Precedence},
    expr::{
        Node,
        tree::{Function, FunctionName, JsonAs},
    },
};

/// Writes a call about JSON, and answers whether it was one.
pub(super) fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    let [json, other] = &function.arguments[..] else { return Ok(false) };
    match function.name {
        FunctionName::JsonContains => {
            let cure = "look for each part of it: .json([…]).as_text().eq(…)";
            return Err(compiler.unsupported("containment of JSON", cure));
        }
        FunctionName::Json(json_as) => taken(compiler, json_as, json, other)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn taken(compiler: &mut Compiler<'_>, json_as: JsonAs, json: &Node, path: &Node) -> Result<()> {
    match json_as {
        JsonAs::Json => {
            compiler.push("(");
            at(compiler, json, " -> ", path)?;
            compiler.push(")");
        }
        JsonAs::Exists => {
            of_both(compiler, "(json_type(", json, path)?;
            compiler.push(" IS NOT NULL)");
        }
        // Else booleans would be numbers.
        JsonAs::Text => {
            of_both(compiler, "CASE json_type(", json, path)?;
            compiler.push(" WHEN 'true' THEN 'true' WHEN 'false' THEN 'false' ELSE CAST(");
            at(compiler, json, " ->> ", path)?;
            compiler.push(" AS TEXT) END");
        }
        JsonAs::Integer | JsonAs::Double => {
            of_both(compiler, "CASE WHEN json_type(", json, path)?;
            compiler.push(" IN ('integer', 'real') THEN CAST(");
            at(compiler, json, " ->> ", path)?;
            compiler.push(if json_as == JsonAs::Integer { " AS INTEGER) END" } else { " AS REAL) END" });
        }
        JsonAs::Boolean => {
            of_both(compiler, "CASE json_type(", json, path)?;
            compiler.push(" WHEN 'true' THEN 1 WHEN 'false' THEN 0 END");
        }
        JsonAs::Length => {
            of_both(compiler, "CASE json_type(", json, path)?;
            of_both(compiler, " WHEN 'array' THEN json_array_length(", json, path)?;
            compiler.push(" END");
        }
    }
    Ok(())
}

fn at(compiler: &mut Compiler<'_>, json: &Node, arrow: &str, path: &Node) -> Result<()> {
    compiler.node_in(json, Precedence::Atom)?;
    compiler.push(arrow);
    compiler.node(path)
}

fn of_both(compiler: &mut Compiler<'_>, before: &str, json: &Node, path: &Node) -> Result<()> {
    compiler.push(before);
    compiler.separated(", ", [json, path], Compiler::node)?;
    compiler.push(")");
    Ok(())
}
