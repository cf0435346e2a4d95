//! `#[derive(View)]`: a struct that is filled from a model and its relations.

use crate::{
    attribute::{self, each, unknown},
    errors::Errors,
    table::krate,
};
use syn::{Data, DeriveInput, Fields, Ident, Meta, Path, Token, Type, ext::IdentExt, parse::ParseStream};

const EXAMPLE: &str = "#[view(User)]";

/// A struct with `#[derive(View)]`, read and checked. Made by [`ViewSyntax::parse`].
pub struct ViewSyntax {
    /// The struct.
    pub ident: Ident,
    /// The path of the library's crate, where `#[view(User, crate = "…")]` gives another than `::aludel`.
    pub krate: Option<Path>,
    /// The model that it is filled from.
    pub model: Path,
    /// Its fields.
    pub fields: Vec<ViewField>,
}

/// A field of a view.
pub struct ViewField {
    /// The field.
    pub ident: Ident,
    /// Its type.
    pub ty: Type,
    /// The field or the relation of the model that it is filled from.
    pub from: Ident,
    /// Whether that is a relation.
    pub nested: bool,
}

impl ViewSyntax {
    /// Reads a struct with `#[derive(View)]`.
    ///
    /// # Errors
    /// All mistakes found, each with its place and its cure.
    pub fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let Data::Struct(data) = &input.data else {
            return Err(syn::Error::new(input.ident.span(), "a view is a struct with named fields"));
        };
        let Fields::Named(fields) = &data.fields else {
            return Err(syn::Error::new(
                input.ident.span(),
                "a view has named fields, those of its model that it shows",
            ));
        };
        let mut errors = Errors::default();
        if !input.generics.params.is_empty() {
            errors.on(&input.generics, "a view has no parameters: write a struct for each");
        }
        let (mut model, mut library) = (None, None);
        for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("view")) {
            if !matches!(attribute.meta, Meta::List(_)) {
                let message = format!("this attribute takes a model in parentheses: {EXAMPLE}");
                errors.push(syn::Error::new_spanned(attribute, message));
                continue;
            }
            let result = attribute.parse_args_with(|input: ParseStream<'_>| {
                each(input, &mut errors, |input, _| {
                    if input.peek(Ident::peek_any) && input.peek2(Token![=]) {
                        let key = input.call(Ident::parse_any)?;
                        if key != "crate" {
                            return Err(unknown(&key, "#[view(…)]", &["crate"]));
                        }
                        library = Some(krate(&key, input)?);
                        return Ok(());
                    }
                    model = Some(Path::parse_mod_style(input)?);
                    Ok(())
                });
                Ok(())
            });
            errors.keep(result);
        }
        let Some(model) = model else {
            if errors.count() == 0 {
                errors.at(input.ident.span(), format!("say which model the view is filled from: {EXAMPLE}"));
            }
            return errors.finish(()).and(Err(syn::Error::new(input.ident.span(), EXAMPLE)));
        };
        let fields = fields.named.iter().filter_map(|field| Self::field(field, &mut errors)).collect();
        errors.finish(Self { ident: input.ident.clone(), krate: library, model, fields })
    }

    fn field(field: &syn::Field, errors: &mut Errors) -> Option<ViewField> {
        let ident = field.ident.clone()?;
        let (mut from, mut nested) = (ident.clone(), false);
        for attribute in &field.attrs {
            let is_nested = attribute.path().is_ident("nested");
            if !is_nested && !attribute.path().is_ident("view") {
                continue;
            }
            nested |= is_nested;
            if is_nested && matches!(attribute.meta, Meta::Path(_)) {
                continue;
            }
            let example = if is_nested { "#[nested], or #[nested(posts)]" } else { "#[view(name)]" };
            attribute::options(attribute, example, errors, |name, _, _| {
                from = name.clone();
                Ok(())
            });
        }
        Some(ViewField { ident, ty: field.ty.clone(), from, nested })
    }
}
