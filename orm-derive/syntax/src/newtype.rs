//! `#[derive(DbType)]`: a struct around one column type.

use crate::{
    attribute::{self, flag, set},
    errors::Errors,
    table::krate,
    types::{TypeSyntax, recognise},
};
use syn::{Data, DeriveInput, Ident, Member, Path, Type};

/// A newtype with `#[derive(DbType)]`, read and checked. Made by [`NewtypeSyntax::parse`].
#[derive(Clone)]
pub struct NewtypeSyntax {
    /// The struct.
    pub ident: Ident,
    /// The path of the library's crate, where `#[db_type(crate = "…")]` gives another than `::aludel`.
    pub krate: Option<Path>,
    /// Its one field.
    pub field: Member,
    /// The type of the field.
    pub ty: Type,
    /// What the text of that type tells.
    pub recognised: TypeSyntax,
    /// Whether the operators of text work on it: `#[db_type(text)]`.
    pub text: bool,
    /// Whether arithmetic works on it: `#[db_type(numeric)]`.
    pub numeric: bool,
}

impl NewtypeSyntax {
    /// Reads a struct with `#[derive(DbType)]`.
    ///
    /// # Errors
    /// All mistakes found, each with its place and its cure.
    pub fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let fields = match &input.data {
            Data::Struct(data) => &data.fields,
            Data::Enum(_) => {
                let message =
                    "#[derive(DbType)] is for a struct around one column type; for an enum there is #[derive(DbEnum)]";
                return Err(syn::Error::new(input.ident.span(), message));
            }
            Data::Union(_) => return Err(one_field(&input.ident)),
        };
        let (Some(field), 1) = (fields.iter().next(), fields.len()) else { return Err(one_field(&input.ident)) };
        let mut errors = Errors::default();
        if !input.generics.params.is_empty() {
            errors.on(
                &input.generics,
                "a type that is stored in a column has no parameters; write one struct for each type",
            );
        }
        let (mut text, mut numeric, mut krate_path) = (None, None, None);
        for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("db_type")) {
            attribute::options(attribute, "#[db_type(text)]", &mut errors, |key, input, _| {
                match key.to_string().as_str() {
                    "text" => set(&mut text, key, flag(key, input)?),
                    "numeric" => set(&mut numeric, key, flag(key, input)?),
                    "crate" => set(&mut krate_path, key, krate(key, input)?),
                    _ => Err(attribute::unknown(key, "#[db_type(…)]", &["text", "numeric", "crate"])),
                }
            });
        }
        let recognised = recognise(&field.ty);
        if recognised.nullable {
            errors
                .on(&field.ty, "a column type is never an `Option`: put the `Option` around the newtype, in the model");
        }
        errors.finish(Self {
            ident: input.ident.clone(),
            krate: krate_path,
            field: field.ident.clone().map_or(Member::Unnamed(0.into()), Member::Named),
            ty: field.ty.clone(),
            recognised,
            text: text.is_some_and(|flag| flag.value),
            numeric: numeric.is_some_and(|flag| flag.value),
        })
    }
}

fn one_field(ident: &Ident) -> syn::Error {
    syn::Error::new(
        ident.span(),
        "#[derive(DbType)] is for a struct with one field, as in `struct Email(String)`; \
         a struct of several is kept in a `Json<…>` column",
    )
}
