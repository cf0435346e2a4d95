//! `#[table(…)]`: what a struct says.

use crate::{
    RelationSyntax,
    attribute::{self, Spanned, each, flag, not_empty, parens, set, text},
    constraint::{Action, ColumnPath},
    errors::Errors,
    field::relation,
    relation::Declares,
};
use proc_macro2::Span;
use syn::{Attribute, Ident, LitStr, Meta, Path, Token, Visibility, ext::IdentExt, parse::ParseStream, token::Paren};

const KNOWN: &[&str] =
    &["name", "schema", "comment", "primary_key", "unique", "index", "check", "foreign_key", "hooks", "crate"];

/// The options of the struct, as they stand there; columns are still names.
#[derive(Default)]
pub(crate) struct TableOptions {
    pub name: Option<Spanned<String>>,
    pub schema: Option<Spanned<String>>,
    pub comment: Option<Spanned<String>>,
    pub hooks: Option<Spanned<bool>>,
    pub krate: Option<Path>,
    pub primary_key: Option<Spanned<Vec<Ident>>>,
    pub uniques: Vec<ColumnsOption>,
    pub indexes: Vec<ColumnsOption>,
    pub checks: Vec<(Option<Spanned<String>>, Spanned<String>)>,
    pub foreign_keys: Vec<ForeignKeyOption>,
    pub relations: Vec<RelationSyntax>,
}

/// `unique(…)` or `index(…)`.
pub(crate) struct ColumnsOption {
    pub name: Option<Spanned<String>>,
    pub columns: Vec<Ident>,
    pub unique: bool,
}

/// `foreign_key(…)`.
pub(crate) struct ForeignKeyOption {
    pub name: Option<Spanned<String>>,
    pub columns: Vec<Ident>,
    pub references: Vec<ColumnPath>,
    pub on_delete: Option<Spanned<Action>>,
    pub on_update: Option<Spanned<Action>>,
    pub deferred: bool,
    pub relation: Option<Ident>,
    pub span: Span,
}

impl TableOptions {
    pub(crate) fn read(attributes: &[Attribute], owner: &Ident, vis: &Visibility, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attribute in attributes {
            if attribute.path().is_ident("table") {
                options.read_table(attribute, owner, errors);
            } else if let Some(relations) = Declares::of(attribute) {
                options.relations.extend(relations.read(attribute, owner, vis, errors));
            }
        }
        options
    }

    fn read_table(&mut self, attribute: &Attribute, owner: &Ident, errors: &mut Errors) {
        if !matches!(attribute.meta, Meta::List(_)) {
            errors
                .push(syn::Error::new_spanned(attribute, "write the table's name in parentheses: #[table(\"users\")]"));
            return;
        }
        let result = attribute.parse_args_with(|input: ParseStream<'_>| {
            each(input, errors, |input, errors| {
                if input.peek(LitStr) {
                    let name: LitStr = input.parse()?;
                    let key = Ident::new("name", name.span());
                    return set(&mut self.name, &key, not_empty(name)?);
                }
                if !input.peek(Ident::peek_any) {
                    return Err(input
                        .error("expected the table's name or an option, as in #[table(\"users\", schema = \"app\")]"));
                }
                let key = input.call(Ident::parse_any)?;
                self.read_one(&key, input, owner, errors)
            });
            Ok(())
        });
        errors.keep(result);
    }

    fn read_one(&mut self, key: &Ident, input: ParseStream<'_>, owner: &Ident, errors: &mut Errors) -> syn::Result<()> {
        match key.to_string().as_str() {
            "name" => set(&mut self.name, key, text(key, input)?),
            "schema" => set(&mut self.schema, key, text(key, input)?),
            "comment" => set(&mut self.comment, key, text(key, input)?),
            "hooks" => set(&mut self.hooks, key, flag(key, input)?),
            "crate" => set(&mut self.krate, key, krate(key, input)?),
            "primary_key" => {
                let (columns, span) = list(key, input, "(a, b)", |content| names(content, errors))?;
                set(&mut self.primary_key, key, Spanned::new(columns, span))
            }
            "unique" => {
                self.uniques.push(ColumnsOption::read(key, input, errors)?);
                Ok(())
            }
            "index" => {
                self.indexes.push(ColumnsOption::read(key, input, errors)?);
                Ok(())
            }
            "check" => {
                self.checks.extend(check(key, input, errors)?);
                Ok(())
            }
            "foreign_key" => {
                self.foreign_keys.extend(ForeignKeyOption::read(key, input, owner, errors)?);
                Ok(())
            }
            _ => Err(attribute::unknown(key, "#[table(…)]", KNOWN)),
        }
    }
}

impl ColumnsOption {
    /// Reads `(a, b)`, or `(name = "…", unique, columns(a, b))`.
    fn read(key: &Ident, input: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Self> {
        let is_index = key == "index";
        let shape =
            if is_index { "(name = \"…\", unique, columns(a, b))" } else { "(name = \"…\", columns(a, b))" };
        let mut this = Self { name: None, columns: Vec::new(), unique: false };
        list(key, input, "(a, b)", |content| {
            if !is_long_form(content) {
                this.columns = names(content, errors)?;
                return Ok(());
            }
            let mut columns = None;
            let before = errors.count();
            each(content, errors, |content, errors| {
                let option = content.call(Ident::parse_any)?;
                match option.to_string().as_str() {
                    "name" => set(&mut this.name, &option, text(&option, content)?),
                    "columns" => {
                        let (names, _) = list(&option, content, "(a, b)", |content| names(content, errors))?;
                        set(&mut columns, &option, names)
                    }
                    "unique" if is_index => {
                        this.unique = flag(&option, content)?.value;
                        Ok(())
                    }
                    _ => Err(syn::Error::new(
                        option.span(),
                        format!("columns go into `columns(…)` when there are other options: `{key}{shape}`"),
                    )),
                }
            });
            this.columns = columns.unwrap_or_default();
            if this.columns.is_empty() && errors.count() == before {
                errors.at(key.span(), format!("columns are named in `columns(…)`: `{key}{shape}`"));
            }
            Ok(())
        })?;
        Ok(this)
    }
}

/// Whether options stand here, and not only names of fields (of which one may be called `name` or `unique`).
fn is_long_form(content: ParseStream<'_>) -> bool {
    let ahead = content.fork();
    let mut long = false;
    while !ahead.is_empty() {
        match ahead.parse::<proc_macro2::TokenTree>() {
            Ok(proc_macro2::TokenTree::Group(_)) => long = true,
            Ok(proc_macro2::TokenTree::Punct(punct)) if punct.as_char() == '=' => long = true,
            _ => {}
        }
    }
    long
}

impl ForeignKeyOption {
    /// Reads `(columns(a, b), references(Line.a, Line.b))`; `None` if a mistake in it has been noted.
    fn read(key: &Ident, input: ParseStream<'_>, owner: &Ident, errors: &mut Errors) -> syn::Result<Option<Self>> {
        const KNOWN: &[&str] = &["columns", "references", "name", "on_delete", "on_update", "deferred", "relation"];
        const SHAPE: &str = "(columns(order_id, line_no), references(Line.order_id, Line.no))";
        let (mut columns, mut references) = (None, None);
        let (mut on_delete, mut on_update, mut name, mut related) = (None, None, None, None);
        let mut deferred = None;
        let before = errors.count();
        list(key, input, SHAPE, |content| {
            each(content, errors, |content, errors| {
                let option = content.call(Ident::parse_any)?;
                match option.to_string().as_str() {
                    "columns" => {
                        let (names, _) = list(&option, content, "(a, b)", |content| names(content, errors))?;
                        set(&mut columns, &option, names)
                    }
                    "references" => {
                        let mut paths = Vec::new();
                        list(&option, content, "(Line.order_id, Line.no)", |content| {
                            each(content, errors, |content, _| {
                                paths.push(ColumnPath::parse(content, owner)?);
                                Ok(())
                            });
                            Ok(())
                        })?;
                        set(&mut references, &option, paths)
                    }
                    "name" => set(&mut name, &option, text(&option, content)?),
                    "on_delete" => set(&mut on_delete, &option, Action::value(&option, content)?),
                    "on_update" => set(&mut on_update, &option, Action::value(&option, content)?),
                    "deferred" => set(&mut deferred, &option, flag(&option, content)?),
                    "relation" => set(&mut related, &option, relation(&option, content)?),
                    _ => Err(attribute::unknown(&option, "foreign_key(…)", KNOWN)),
                }
            });
            Ok(())
        })?;
        let (Some(columns), Some(references)) = (columns, references) else {
            if errors.count() > before {
                return Ok(None);
            }
            return Err(syn::Error::new(
                key.span(),
                format!("a foreign key needs its columns and what they refer to: `foreign_key{SHAPE}`"),
            ));
        };
        let deferred = deferred.is_some_and(|flag| flag.value);
        let span = key.span();
        Ok(Some(Self { name, columns, references, on_delete, on_update, deferred, relation: related, span }))
    }
}

/// Reads `("sql")` or `(name = "…", sql = "…")`; `None` if a mistake in it has been noted.
fn check(
    key: &Ident,
    input: ParseStream<'_>,
    errors: &mut Errors,
) -> syn::Result<Option<(Option<Spanned<String>>, Spanned<String>)>> {
    let (mut name, mut sql) = (None, None);
    let before = errors.count();
    list(key, input, "(\"price > 0\")", |content| {
        each(content, errors, |content, _| {
            if content.peek(LitStr) {
                let literal: LitStr = content.parse()?;
                let key = Ident::new("sql", literal.span());
                return set(&mut sql, &key, not_empty(literal)?);
            }
            let option = content.call(Ident::parse_any)?;
            match option.to_string().as_str() {
                "name" => set(&mut name, &option, text(&option, content)?),
                "sql" => set(&mut sql, &option, text(&option, content)?),
                _ => Err(attribute::unknown(&option, "check(…)", &["name", "sql"])),
            }
        });
        Ok(())
    })?;
    if sql.is_none() && errors.count() > before {
        return Ok(None);
    }
    let sql = sql.ok_or_else(|| {
        syn::Error::new(
            key.span(),
            "a check needs its condition: `check(\"price > 0\")` or `check(name = \"…\", sql = \"…\")`",
        )
    })?;
    Ok(Some((name, sql)))
}

/// Reads the parentheses behind `key`.
fn list<T>(
    key: &Ident,
    input: ParseStream<'_>,
    shape: &str,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<(T, Span)> {
    if !input.peek(Paren) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes a list in parentheses: `{key}{shape}`")));
    }
    parens(input, read)
}

/// Reads names of fields.
fn names(content: ParseStream<'_>, errors: &mut Errors) -> syn::Result<Vec<Ident>> {
    let mut names = Vec::new();
    if content.is_empty() {
        let message = "this list names no column; write the names of fields: `(a, b)`";
        return Err(syn::Error::new(content.span(), message));
    }
    each(content, errors, |content, _| {
        if content.peek(LitStr) {
            return Err(content.error("name the field itself, without quotes"));
        }
        names.push(content.call(Ident::parse_any)?);
        Ok(())
    });
    Ok(names)
}

/// Reads `= "path::of::the::crate"`, or the path without quotes.
pub(crate) fn krate(key: &Ident, input: ParseStream<'_>) -> syn::Result<Path> {
    let takes = "the path of the library: `crate = \"other::aludel\"`";
    if input.peek(Token![=]) && input.peek2(LitStr) {
        let text: LitStr = attribute::value(key, input, takes)?;
        return text
            .parse_with(Path::parse_mod_style)
            .map_err(|_| syn::Error::new(text.span(), format!("`crate` takes {takes}")));
    }
    Err(syn::Error::new(key.span(), format!("`crate` takes {takes}")))
}
