//! `#[column(…)]`: what a field says.

use crate::{
    LiteralSyntax, Role, ServerDefaultSyntax,
    attribute::{self, Spanned, flag, flag_or_name, number, set, text},
    constraint::{Action, ColumnPath},
    errors::Errors,
    literal,
};
use proc_macro2::Span;
use syn::{Attribute, Ident, ext::IdentExt, parse::ParseStream};

const KNOWN: &[&str] = &[
    "primary_key",
    "autoincrement",
    "name",
    "length",
    "precision",
    "scale",
    "unique",
    "index",
    "check",
    "default",
    "server_default",
    "comment",
    "foreign_key",
    "on_delete",
    "on_update",
    "deferred",
    "relation",
    "fk_name",
    "sql_type",
    "version",
    "created_at",
    "updated_at",
    "soft_delete",
    "skip",
];

/// The options of one field, as they stand there.
#[derive(Default)]
pub(crate) struct FieldOptions {
    pub primary_key: Option<Spanned<bool>>,
    pub autoincrement: Option<Spanned<bool>>,
    pub name: Option<Spanned<String>>,
    pub length: Option<Spanned<u32>>,
    pub precision: Option<Spanned<u8>>,
    pub scale: Option<Spanned<u8>>,
    pub unique: Option<Spanned<Option<Option<Spanned<String>>>>>,
    pub index: Option<Spanned<Option<Option<Spanned<String>>>>>,
    pub check: Option<Spanned<String>>,
    pub default: Option<Spanned<LiteralSyntax>>,
    pub server_default: Option<Spanned<ServerDefaultSyntax>>,
    pub comment: Option<Spanned<String>>,
    pub foreign_key: Option<ColumnPath>,
    pub on_delete: Option<Spanned<Action>>,
    pub on_update: Option<Spanned<Action>>,
    pub deferred: Option<Spanned<bool>>,
    pub relation: Option<Ident>,
    pub fk_name: Option<Spanned<String>>,
    pub sql_type: Option<Spanned<String>>,
    pub role: Option<Spanned<Role>>,
    pub skip: Option<Spanned<bool>>,
    /// Each option given, and where.
    pub given: Vec<(String, Span)>,
}

impl FieldOptions {
    pub(crate) fn read(attributes: &[Attribute], owner: &Ident, errors: &mut Errors) -> Self {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("column")) {
            attribute::options(attribute, "#[column(primary_key)]", errors, |key, input, _| {
                options.given.push((key.to_string(), key.span()));
                options.read_one(key, input, owner)
            });
        }
        options
    }

    pub(crate) fn is_primary_key(&self) -> bool {
        self.primary_key.is_some_and(|flag| flag.value)
    }

    pub(crate) fn is_skipped(&self) -> bool {
        self.skip.is_some_and(|flag| flag.value)
    }

    fn read_one(&mut self, key: &Ident, input: ParseStream<'_>, owner: &Ident) -> syn::Result<()> {
        match key.to_string().as_str() {
            "primary_key" => set(&mut self.primary_key, key, flag(key, input)?),
            "autoincrement" => set(&mut self.autoincrement, key, flag(key, input)?),
            "name" | "rename" => set(&mut self.name, key, text(key, input)?),
            "length" => set(&mut self.length, key, number(key, input)?),
            "precision" => set(&mut self.precision, key, number(key, input)?),
            "scale" => set(&mut self.scale, key, number(key, input)?),
            "unique" => set(&mut self.unique, key, Spanned::new(flag_or_name(key, input)?, key.span())),
            "index" => set(&mut self.index, key, Spanned::new(flag_or_name(key, input)?, key.span())),
            "check" => set(&mut self.check, key, text(key, input)?),
            "default" => set(&mut self.default, key, literal::literal(key, input)?),
            "server_default" => set(&mut self.server_default, key, literal::server_default(key, input)?),
            "comment" => set(&mut self.comment, key, text(key, input)?),
            "foreign_key" => set(&mut self.foreign_key, key, ColumnPath::value(key, input, owner)?),
            "on_delete" => set(&mut self.on_delete, key, Action::value(key, input)?),
            "on_update" => set(&mut self.on_update, key, Action::value(key, input)?),
            "deferred" => set(&mut self.deferred, key, flag(key, input)?),
            "relation" => set(&mut self.relation, key, relation(key, input)?),
            "fk_name" => set(&mut self.fk_name, key, text(key, input)?),
            "sql_type" => set(&mut self.sql_type, key, text(key, input)?),
            "version" => self.role(key, input, Role::Version),
            "created_at" => self.role(key, input, Role::CreatedAt),
            "updated_at" => self.role(key, input, Role::UpdatedAt),
            "soft_delete" => self.role(key, input, Role::SoftDelete),
            "skip" => set(&mut self.skip, key, flag(key, input)?),
            _ => Err(attribute::unknown(key, "#[column(…)]", KNOWN)),
        }
    }
}

impl FieldOptions {
    /// Reads a role, which a column has one of.
    fn role(&mut self, key: &Ident, input: ParseStream<'_>, role: Role) -> syn::Result<()> {
        let Spanned { value, span } = flag(key, input)?;
        match self.role {
            _ if !value => Ok(()),
            Some(other) => {
                let message = format!("the column is `{}` already; keep one of them", other.value.option());
                Err(syn::Error::new(key.span(), message))
            }
            None => {
                self.role = Some(Spanned::new(role, span));
                Ok(())
            }
        }
    }
}

/// Reads `= name_of_the_relation`.
pub(crate) fn relation(key: &Ident, input: ParseStream<'_>) -> syn::Result<Ident> {
    let takes = "a name that becomes a field of the table: `relation = cluster`";
    attribute::value(key, input, takes)
}

/// The name of the column of a field: `r#type` is called `type`.
pub(crate) fn column_name(field: &Ident) -> Spanned<String> {
    Spanned::new(field.unraw().to_string(), field.span())
}
