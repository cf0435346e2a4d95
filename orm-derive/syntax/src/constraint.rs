//! Keys, uniques, checks and indexes of a table.

use crate::attribute::{self, Spanned};
use syn::{Ident, LitStr, Path, Token, ext::IdentExt, parse::ParseStream};

/// A column of a model, as `Cluster.id` names it.
#[derive(Clone)]
pub struct ColumnPath {
    /// The model; `Self` has been replaced by the name of the struct.
    pub model: Path,
    /// The field of the column.
    pub field: Ident,
}

impl ColumnPath {
    /// Reads `path::Model.field`.
    pub(crate) fn parse(input: ParseStream<'_>, owner: &Ident) -> syn::Result<Self> {
        const CURE: &str = "a column is named by its model and field, as in `Cluster.id`";
        let model = model_path(input, owner, CURE)?;
        if !input.peek(Token![.]) {
            return Err(syn::Error::new_spanned(&model, format!("{CURE}; there is no `.` after this path")));
        }
        input.parse::<Token![.]>()?;
        let field = input.call(Ident::parse_any).map_err(|error| syn::Error::new(error.span(), CURE))?;
        Ok(Self { model, field })
    }

    /// Reads `= path::Model.field`.
    pub(crate) fn value(key: &Ident, input: ParseStream<'_>, owner: &Ident) -> syn::Result<Self> {
        if !input.peek(Token![=]) {
            return Err(syn::Error::new(
                key.span(),
                format!("`{key}` takes the column it refers to: `{key} = Cluster.id`"),
            ));
        }
        input.parse::<Token![=]>()?;
        Self::parse(input, owner)
    }
}

/// Reads `path::Model`; `Self` is replaced by the name of the struct.
pub(crate) fn model_path(input: ParseStream<'_>, owner: &Ident, cure: &str) -> syn::Result<Path> {
    let span = input.span();
    if !input.peek(Ident::peek_any) && !input.peek(Token![::]) {
        return Err(syn::Error::new(span, cure));
    }
    let model = Path::parse_mod_style(input).map_err(|_| syn::Error::new(span, cure))?;
    if model.is_ident("Self") {
        let mut own = owner.clone();
        own.set_span(model.segments[0].ident.span());
        return Ok(own.into());
    }
    Ok(model)
}

/// What a foreign key does when the row it refers to goes or changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// `"no action"`
    NoAction,
    /// `"restrict"`
    Restrict,
    /// `"cascade"`
    Cascade,
    /// `"set null"`
    SetNull,
    /// `"set default"`
    SetDefault,
}

impl Action {
    /// The name of the variant of the library's `ReferentialAction`.
    pub fn variant(self) -> &'static str {
        match self {
            Self::NoAction => "NoAction",
            Self::Restrict => "Restrict",
            Self::Cascade => "Cascade",
            Self::SetNull => "SetNull",
            Self::SetDefault => "SetDefault",
        }
    }

    /// Reads `= "cascade"`.
    pub(crate) fn value(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<Self>> {
        let takes = "\"cascade\", \"set null\", \"restrict\", \"no action\" or \"set default\"";
        let text: LitStr = attribute::value(key, input, takes)?;
        let action = match text.value().to_ascii_lowercase().as_str() {
            "no action" => Self::NoAction,
            "restrict" => Self::Restrict,
            "cascade" => Self::Cascade,
            "set null" => Self::SetNull,
            "set default" => Self::SetDefault,
            _ => return Err(syn::Error::new(text.span(), format!("`{key}` takes {takes}"))),
        };
        Ok(Spanned::new(action, text.span()))
    }
}

/// A foreign key, of one column or several.
#[derive(Clone)]
pub struct ForeignKeySyntax {
    /// Its name, if it has one.
    pub name: Option<Spanned<String>>,
    /// The referring columns, by position in [`ModelSyntax::columns`](crate::ModelSyntax::columns).
    pub columns: Vec<usize>,
    /// The columns referred to, in the same order, all of one model.
    pub references: Vec<ColumnPath>,
    /// `ON DELETE`
    pub on_delete: Option<Spanned<Action>>,
    /// `ON UPDATE`
    pub on_update: Option<Spanned<Action>>,
    /// Whether it is checked at COMMIT.
    pub deferred: bool,
}

/// A unique constraint.
#[derive(Debug, Clone)]
pub struct UniqueSyntax {
    /// Its name, if it has one.
    pub name: Option<Spanned<String>>,
    /// Its columns, by position.
    pub columns: Vec<usize>,
}

/// An index.
#[derive(Debug, Clone)]
pub struct IndexSyntax {
    /// Its name, if it has one.
    pub name: Option<Spanned<String>>,
    /// Its columns, by position.
    pub columns: Vec<usize>,
    /// Whether it keeps them unique.
    pub unique: bool,
}

/// A check.
#[derive(Debug, Clone)]
pub struct CheckSyntax {
    /// Its name, if it has one.
    pub name: Option<Spanned<String>>,
    /// The condition, in SQL.
    pub sql: Spanned<String>,
    /// The column it was written on, by position.
    pub column: Option<usize>,
}
