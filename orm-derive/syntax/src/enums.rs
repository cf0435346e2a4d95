//! `#[derive(DbEnum)]`: an enum that is stored in a column.

use crate::{
    attribute::{self, Spanned, set, text},
    errors::Errors,
    snake_case,
    table::krate,
};
use std::collections::HashMap;
use syn::{
    Attribute, Data, DeriveInput, Expr, ExprLit, ExprUnary, Fields, Ident, Lit, LitStr, Path, UnOp, Variant,
    ext::IdentExt, spanned::Spanned as _,
};

/// An enum with `#[derive(DbEnum)]`, read and checked. Made by [`EnumSyntax::parse`].
#[derive(Clone)]
pub struct EnumSyntax {
    /// The enum.
    pub ident: Ident,
    /// The path of the library's crate, where `#[db_enum(crate = "…")]` gives another than `::aludel`.
    pub krate: Option<Path>,
    /// The name of the type on servers with named enums.
    pub name: Spanned<String>,
    /// How it is stored.
    pub storage: EnumStorage,
    /// Its variants, in order.
    pub variants: Vec<VariantSyntax>,
}

/// How an enum is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnumStorage {
    /// `storage = "text"`: text, guarded by a `CHECK`.
    Text,
    /// `storage = "native"`: the server's own enum type where it has one.
    Native,
    /// `storage = "integer"`: an integer, guarded by a `CHECK`.
    Integer,
}

impl EnumStorage {
    /// The name of the variant of the library's `EnumStorage`.
    pub fn variant(self) -> &'static str {
        match self {
            Self::Text => "Text",
            Self::Native => "Native",
            Self::Integer => "Integer",
        }
    }
}

/// A variant of an enum.
#[derive(Debug, Clone)]
pub struct VariantSyntax {
    /// The variant.
    pub ident: Ident,
    /// The text it is stored as.
    pub label: Spanned<String>,
    /// The integer it is stored as, with [`EnumStorage::Integer`].
    pub code: Option<i64>,
}

impl EnumSyntax {
    /// Reads an enum with `#[derive(DbEnum)]`.
    ///
    /// # Errors
    /// All mistakes found, each with its place and its cure.
    pub fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let Data::Enum(data) = &input.data else {
            let message =
                "#[derive(DbEnum)] is for enums; for a struct around one column type there is #[derive(DbType)]";
            return Err(syn::Error::new(input.ident.span(), message));
        };
        let mut errors = Errors::default();
        if !input.generics.params.is_empty() {
            errors.on(&input.generics, "an enum that is stored in a column has no parameters; remove them");
        }
        if data.variants.is_empty() {
            errors.at(input.ident.span(), "an enum without variants has no value to store; add one");
        }
        let (mut name, mut storage, mut krate_path) = (None, None, None);
        for attribute in ours(&input.attrs) {
            attribute::options(attribute, "#[db_enum(name = \"mood\")]", &mut errors, |key, input, _| {
                match key.to_string().as_str() {
                    "name" => set(&mut name, key, text(key, input)?),
                    "storage" => set(&mut storage, key, storage_value(key, input)?),
                    "crate" => set(&mut krate_path, key, krate(key, input)?),
                    _ => Err(attribute::unknown(key, "#[db_enum(…)] on an enum", &["name", "storage", "crate"])),
                }
            });
        }
        let storage = storage.unwrap_or(EnumStorage::Text);
        let mut variants = Vec::with_capacity(data.variants.len());
        // As Rust counts: one more than the variant before, from 0.
        let mut next = Some(0);
        for variant in &data.variants {
            let code = if storage == EnumStorage::Integer { errors.keep(code(variant, next)) } else { None };
            next = code.and_then(|code| code.checked_add(1));
            if let Some(variant) = read_variant(variant, code, &mut errors) {
                variants.push(variant);
            }
        }
        duplicates(&variants, storage, &mut errors);
        let ident = input.ident.clone();
        let name = name.unwrap_or_else(|| Spanned::new(snake_case(&ident.unraw().to_string()), ident.span()));
        errors.finish(Self { ident, krate: krate_path, name, storage, variants })
    }
}

fn ours(attributes: &[Attribute]) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| attribute.path().is_ident("db_enum"))
}

fn storage_value(key: &Ident, input: syn::parse::ParseStream<'_>) -> syn::Result<EnumStorage> {
    const TAKES: &str = "\"text\", \"native\" or \"integer\"";
    let text: LitStr = attribute::value(key, input, TAKES)?;
    match text.value().as_str() {
        "text" => Ok(EnumStorage::Text),
        "native" => Ok(EnumStorage::Native),
        "integer" => Ok(EnumStorage::Integer),
        _ => Err(syn::Error::new(text.span(), format!("`storage` takes {TAKES}"))),
    }
}

fn read_variant(variant: &Variant, code: Option<i64>, errors: &mut Errors) -> Option<VariantSyntax> {
    let mut label = None;
    for attribute in ours(&variant.attrs) {
        attribute::options(attribute, "#[db_enum(label = \"…\")]", errors, |key, input, _| {
            match key.to_string().as_str() {
                "label" => set(&mut label, key, text(key, input)?),
                _ => Err(attribute::unknown(key, "#[db_enum(…)] on a variant", &["label"])),
            }
        });
    }
    if !matches!(variant.fields, Fields::Unit) {
        let name = &variant.ident;
        errors.push(syn::Error::new_spanned(
            variant,
            format!("`{name}` carries data, and a column holds only the variant's name: make it `{name}`, or keep the enum in a `Json<…>` column"),
        ));
        return None;
    }
    let ident = variant.ident.clone();
    let label = label.unwrap_or_else(|| Spanned::new(snake_case(&ident.unraw().to_string()), ident.span()));
    Some(VariantSyntax { ident, label, code })
}

/// The integer of a variant: the one written, or `next`.
fn code(variant: &Variant, next: Option<i64>) -> syn::Result<i64> {
    let Some((_, discriminant)) = &variant.discriminant else {
        return next.ok_or_else(|| syn::Error::new(variant.ident.span(), "write this variant's number: `= 1`"));
    };
    let wrong = || {
        syn::Error::new(
            discriminant.span(),
            "a number that is stored must be written as one, so that it can be read without compiling: `= 1`",
        )
    };
    let (sign, literal) = match discriminant {
        Expr::Unary(ExprUnary { op: UnOp::Neg(_), expr, .. }) => ("-", &**expr),
        other => ("", other),
    };
    let Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) = literal else { return Err(wrong()) };
    format!("{sign}{}", number.base10_digits()).parse().map_err(|_| wrong())
}

fn duplicates(variants: &[VariantSyntax], storage: EnumStorage, errors: &mut Errors) {
    let mut labels: HashMap<&str, &Ident> = HashMap::new();
    let mut codes: HashMap<i64, &Ident> = HashMap::new();
    for variant in variants {
        if let Some(first) = labels.insert(&variant.label.value, &variant.ident) {
            errors.at(
                variant.label.span,
                format!(
                    "the label \"{}\" is also that of `{first}`; give one of them another `label`",
                    variant.label.value
                ),
            );
        }
        if storage == EnumStorage::Integer
            && let Some(code) = variant.code
            && let Some(first) = codes.insert(code, &variant.ident)
        {
            errors.at(
                variant.ident.span(),
                format!("the number {code} is also that of `{first}`; give one of them another"),
            );
        }
    }
}
