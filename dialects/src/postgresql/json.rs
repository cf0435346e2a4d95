//! The parts of JSON, as PostgreSQL takes them out.

use aludel_core::{
    Result,
    compile::Compiler,
    expr::{
        Node,
        tree::{Function, FunctionName, JsonAs},
    },
    types::{SqlType, Value},
};

/// Writes a call about JSON, and answers whether it was one.
pub(super) fn call(compiler: &mut Compiler<'_>, function: &Function) -> Result<bool> {
    let [json, other] = &function.arguments[..] else { return Ok(false) };
    match function.name {
        FunctionName::JsonContains => {
            compiler.push("(");
            jsonb(compiler, json)?;
            compiler.push(" @> ");
            jsonb(compiler, other)?;
            compiler.push(")");
        }
        FunctionName::Json(json_as) => taken(compiler, json_as, json, other)?,
        _ => return Ok(false),
    }
    Ok(true)
}

fn taken(compiler: &mut Compiler<'_>, json_as: JsonAs, json: &Node, path: &Node) -> Result<()> {
    match json_as {
        JsonAs::Json => part(compiler, json, path),
        JsonAs::Text => {
            compiler.push("(");
            part(compiler, json, path)?;
            compiler.push(" #>> '{}')");
            Ok(())
        }
        JsonAs::Exists => {
            compiler.push("(");
            part(compiler, json, path)?;
            compiler.push(" IS NOT NULL)");
            Ok(())
        }
        JsonAs::Integer => of_kind(compiler, "number", json, path, ("CAST(trunc(CAST(", " AS NUMERIC)) AS BIGINT)")),
        JsonAs::Double => of_kind(compiler, "number", json, path, ("CAST(", " AS DOUBLE PRECISION)")),
        JsonAs::Boolean => of_kind(compiler, "boolean", json, path, ("CAST(", " AS BOOLEAN)")),
        JsonAs::Length => of_kind(compiler, "array", json, path, ("CAST(jsonb_array_length(", ") AS BIGINT)")),
    }
}

/// Writes what is at the path. A path that leads nowhere is no error, and one through an array names its elements by their places.
fn part(compiler: &mut Compiler<'_>, json: &Node, path: &Node) -> Result<()> {
    compiler.push("jsonb_path_query_first(");
    jsonb(compiler, json)?;
    compiler.push(", CAST('strict ' || ");
    compiler.node(path)?;
    compiler.push(" AS JSONPATH), '{}', TRUE)");
    Ok(())
}

/// Writes what is at the path, within `around`, if it is of a kind.
fn of_kind(
    compiler: &mut Compiler<'_>,
    kind: &str,
    json: &Node,
    path: &Node,
    (before, after): (&str, &str),
) -> Result<()> {
    compiler.push("CASE WHEN jsonb_typeof(");
    part(compiler, json, path)?;
    compiler.push(&format!(") = '{kind}' THEN {before}"));
    part(compiler, json, path)?;
    compiler.push(after);
    compiler.push(" END");
    Ok(())
}

/// Writes JSON as `JSONB`, whichever of the server's two types it has; a value is that already.
fn jsonb(compiler: &mut Compiler<'_>, json: &Node) -> Result<()> {
    match json {
        Node::Bind(Value::Json(_)) => compiler.node(json),
        json => compiler.cast(SqlType::Json, |compiler| compiler.node(json)),
    }
}
