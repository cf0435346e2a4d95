//! What only the whole table shows: names that clash, constraints that repeat, a key that is missing.

use crate::{ModelSyntax, errors::Errors};
use std::collections::{HashMap, HashSet};
use syn::Ident;

/// Notes everything about the table that contradicts itself.
pub(crate) fn check(model: &ModelSyntax, lacks_key: bool, errors: &mut Errors) {
    if let Some((schema, table)) = model.name.value.split_once('.') {
        errors.at(model.name.span, format!("write the schema apart: #[table(\"{table}\", schema = \"{schema}\")]"));
    }
    if model.columns.is_empty() {
        errors.at(model.ident.span(), format!("`{}` has no columns; a table has at least one, its key", model.ident));
        return;
    }
    if lacks_key {
        errors.at(model.ident.span(), no_key(model));
    }
    names_of_columns(model, errors);
    names_of_constraints(model, errors);
    names_of_relations(model, errors);
    roles(model, errors);
    repeated(model, errors);
}

fn no_key(model: &ModelSyntax) -> String {
    let ident = &model.ident;
    match model.columns.iter().find(|column| column.ident == "id") {
        Some(_) => format!("`{ident}` has no primary key; add #[column(primary_key)] to `id`"),
        None => format!(
            "`{ident}` has no primary key; add #[column(primary_key)] to the field that tells its rows apart, \
             or to several"
        ),
    }
}

fn names_of_columns(model: &ModelSyntax, errors: &mut Errors) {
    let mut seen: HashMap<String, &Ident> = HashMap::new();
    for column in &model.columns {
        // No server tells columns apart by case alone, unless every statement quotes them.
        if let Some(first) = seen.insert(column.name.value.to_lowercase(), &column.ident) {
            errors.at(
                column.name.span,
                format!(
                    "the column \"{}\" is also that of the field `{first}`; give one of them another `name`",
                    column.name.value
                ),
            );
        }
    }
}

fn names_of_constraints(model: &ModelSyntax, errors: &mut Errors) {
    let mut seen: HashSet<&str> = HashSet::new();
    let names = (model.uniques.iter().map(|unique| &unique.name))
        .chain(model.indexes.iter().map(|index| &index.name))
        .chain(model.checks.iter().map(|check| &check.name))
        .chain(model.foreign_keys.iter().map(|key| &key.name));
    for name in names.flatten() {
        if !seen.insert(&name.value) {
            errors.at(
                name.span,
                format!(
                    "the name \"{0}\" is taken already; for one over several columns write \
                     #[table(unique(name = \"{0}\", columns(a, b)))], or `index` likewise",
                    name.value
                ),
            );
        }
    }
}

fn names_of_relations(model: &ModelSyntax, errors: &mut Errors) {
    for (i, relation) in model.relations.iter().enumerate() {
        let name = &relation.ident;
        let taken = if model.position(name).is_some() {
            "a field"
        } else if model.relations[..i].iter().any(|other| other.ident == *name) {
            "another relation"
        } else {
            continue;
        };
        errors.at(
            name.span(),
            format!(
                "the name `{name}` is taken by {taken}, and both would be `{}.{name}`; give the relation another name",
                model.ident
            ),
        );
    }
}

/// Two columns of one role.
fn roles(model: &ModelSyntax, errors: &mut Errors) {
    for (i, column) in model.columns.iter().enumerate() {
        let Some(role) = column.role else { continue };
        let first = model.columns[..i].iter().find(|other| other.role.is_some_and(|other| other.value == role.value));
        if let Some(first) = first {
            let message = format!("`{}` is `{}` already; a model has one", first.ident, role.value.option());
            errors.at(role.span, message);
        }
    }
}

/// The same constraint twice.
fn repeated(model: &ModelSyntax, errors: &mut Errors) {
    let span =
        |columns: &[usize]| columns.first().map_or(model.ident.span(), |&first| model.columns[first].ident.span());
    for (i, unique) in model.uniques.iter().enumerate() {
        if unique.columns == model.primary_key && !unique.columns.is_empty() {
            errors.at(span(&unique.columns), "a primary key is unique already; remove `unique`");
        } else if !unique.columns.is_empty() && model.uniques[..i].iter().any(|other| other.columns == unique.columns) {
            errors.at(span(&unique.columns), "these columns are unique twice; remove one `unique`");
        }
    }
    for (i, index) in model.indexes.iter().enumerate() {
        if index.name.is_none()
            && !index.columns.is_empty()
            && model.indexes[..i].iter().any(|other| other.name.is_none() && other.columns == index.columns)
        {
            errors.at(span(&index.columns), "these columns have an index twice; remove one `index`, or name it");
        }
    }
}
