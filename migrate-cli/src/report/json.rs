//! The result as one JSON document.

use super::{Failure, Success};
use crate::{problem::Problem, redact::redact};
use serde_json::{Map, Value, json};

/// The document, with a line's end.
pub(crate) fn document(result: Result<Success, Failure>) -> String {
    let mut document = Map::new();
    let warnings = match result {
        Ok(success) => {
            document.insert("status".into(), "done".into());
            document.extend(success.json);
            success.warnings
        }
        Err(failure) => {
            document.insert("status".into(), failure.kind.name().into());
            document.insert("errors".into(), failure.errors.iter().map(problem).collect());
            failure.warnings
        }
    };
    document.insert("warnings".into(), warnings.iter().map(problem).collect());
    format!("{:#}\n", Value::Object(document))
}

fn problem(problem: &Problem) -> Value {
    let mut value = json!({ "message": redact(problem.message()) });
    if let Some(help) = problem.cure() {
        value["help"] = redact(help).into();
    }
    if let Some(place) = problem.place() {
        value["file"] = place.file().shown().into();
        value["line"] = place.line().into();
        value["column"] = place.column().into();
    }
    value
}
