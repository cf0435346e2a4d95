//! Conditional compilation: which items and attributes are there.

use std::{collections::BTreeSet, env::consts};
use syn::{
    Attribute, Field, Ident, LitBool, LitStr, Meta, Token, ext::IdentExt, parse::ParseStream, punctuated::Punctuated,
};

/// What is known of the build.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cfg {
    /// The cargo features that are on.
    pub(crate) features: BTreeSet<String>,
    /// Whether the crate is compiled as a test.
    pub(crate) test: bool,
}

/// What a condition comes to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Truth {
    pub(crate) holds: bool,
    /// A flag that it depends on and that only a build could set.
    pub(crate) unknown: Option<String>,
}

impl Truth {
    fn known(holds: bool) -> Self {
        Self { holds, unknown: None }
    }
}

/// The attributes of an item, conditions applied.
pub(crate) struct Applied {
    /// Those that are there, without `cfg` and `cfg_attr`.
    pub(crate) attrs: Vec<Attribute>,
    /// Whether the item is.
    pub(crate) truth: Truth,
}

impl Cfg {
    /// Applies `#[cfg(…)]` and `#[cfg_attr(…)]`.
    ///
    /// # Errors
    /// A condition that cannot be read.
    pub(crate) fn apply(&self, attrs: &[Attribute]) -> syn::Result<Applied> {
        let mut applied = Applied { attrs: Vec::with_capacity(attrs.len()), truth: Truth::known(true) };
        for attr in attrs {
            self.apply_one(attr.clone(), &mut applied)?;
        }
        Ok(applied)
    }

    fn apply_one(&self, attr: Attribute, applied: &mut Applied) -> syn::Result<()> {
        if attr.path().is_ident("cfg") {
            let truth = attr.parse_args_with(|input: ParseStream<'_>| self.condition(input))?;
            let unknown = applied.truth.unknown.take().or(truth.unknown);
            applied.truth = Truth { holds: applied.truth.holds && truth.holds, unknown };
        } else if attr.path().is_ident("cfg_attr") {
            let (truth, metas) = attr.parse_args_with(|input: ParseStream<'_>| {
                let truth = self.condition(input)?;
                input.parse::<Option<Token![,]>>()?;
                Ok((truth, Punctuated::<Meta, Token![,]>::parse_terminated(input)?))
            })?;
            if truth.holds {
                for meta in metas {
                    self.apply_one(Attribute { meta, ..attr.clone() }, applied)?;
                }
            }
        } else {
            applied.attrs.push(attr);
        }
        Ok(())
    }

    /// Applies conditions within an item: to its fields or variants, and to their fields.
    ///
    /// # Errors
    /// A condition that cannot be read.
    pub(crate) fn apply_within(&self, data: &mut syn::Data) -> syn::Result<()> {
        match data {
            syn::Data::Struct(data) => self.fields(&mut data.fields),
            syn::Data::Union(_) => Ok(()),
            syn::Data::Enum(data) => {
                let mut kept = Punctuated::new();
                for mut variant in std::mem::take(&mut data.variants) {
                    let applied = self.apply(&variant.attrs)?;
                    if applied.truth.holds {
                        variant.attrs = applied.attrs;
                        self.fields(&mut variant.fields)?;
                        kept.push(variant);
                    }
                }
                data.variants = kept;
                Ok(())
            }
        }
    }

    fn fields(&self, fields: &mut syn::Fields) -> syn::Result<()> {
        let list = match fields {
            syn::Fields::Named(fields) => &mut fields.named,
            syn::Fields::Unnamed(fields) => &mut fields.unnamed,
            syn::Fields::Unit => return Ok(()),
        };
        let mut kept = Punctuated::new();
        for field in std::mem::take(list) {
            let applied = self.apply(&field.attrs)?;
            if applied.truth.holds {
                kept.push(Field { attrs: applied.attrs, ..field });
            }
        }
        *list = kept;
        Ok(())
    }

    fn condition(&self, input: ParseStream<'_>) -> syn::Result<Truth> {
        if input.peek(LitBool) {
            return Ok(Truth::known(input.parse::<LitBool>()?.value));
        }
        let name = input.call(Ident::parse_any)?;
        if input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in input);
            let mut parts = Vec::new();
            while !content.is_empty() {
                parts.push(self.condition(&content)?);
                if !content.is_empty() {
                    content.parse::<Token![,]>()?;
                }
            }
            return combine(&name, parts);
        }
        let value =
            if input.parse::<Option<Token![=]>>()?.is_some() { Some(input.parse::<LitStr>()?.value()) } else { None };
        Ok(self.flag(&name.to_string(), value.as_deref()))
    }

    /// One flag. What no `Cargo.toml` tells is taken from the machine and from cargo's profile `dev`.
    fn flag(&self, name: &str, value: Option<&str>) -> Truth {
        Truth::known(match (name, value) {
            ("feature", Some(feature)) => self.features.contains(feature),
            ("test", None) => self.test,
            ("debug_assertions", None) => true,
            ("unix" | "windows", None) => consts::FAMILY == name,
            ("target_family", Some(value)) => consts::FAMILY == value,
            ("target_os", Some(value)) => consts::OS == value,
            ("target_arch", Some(value)) => consts::ARCH == value,
            ("target_pointer_width", Some(value)) => usize::BITS.to_string() == value,
            ("target_endian", Some(value)) => value == if cfg!(target_endian = "big") { "big" } else { "little" },
            ("panic", Some(value)) => value == "unwind",
            ("doc" | "doctest" | "docsrs" | "miri" | "clippy" | "rust_analyzer" | "proc_macro", None) => false,
            _ => {
                let shown = value.map_or_else(|| name.to_owned(), |value| format!("{name} = {value:?}"));
                return Truth { holds: false, unknown: Some(shown) };
            }
        })
    }
}

fn combine(name: &Ident, parts: Vec<Truth>) -> syn::Result<Truth> {
    let holds = match name.to_string().as_str() {
        "all" => parts.iter().all(|part| part.holds),
        "any" => parts.iter().any(|part| part.holds),
        "not" if parts.len() == 1 => !parts[0].holds,
        "not" => return Err(syn::Error::new(name.span(), "`not` takes one condition")),
        _ => return Err(syn::Error::new(name.span(), "a condition is `all`, `any`, `not` or a flag")),
    };
    Ok(Truth { holds, unknown: parts.into_iter().find_map(|part| part.unknown) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use syn::parse_quote;

    fn apply(attr: Attribute) -> (bool, Option<String>, usize) {
        let cfg = Cfg { features: ["a".to_owned()].into(), test: false };
        let applied = cfg.apply(&[attr]).expect("a condition");
        (applied.truth.holds, applied.truth.unknown, applied.attrs.len())
    }

    #[test]
    fn conditions_are_decided() {
        assert_eq!(apply(parse_quote!(#[cfg(feature = "a")])), (true, None, 0));
        assert_eq!(apply(parse_quote!(#[cfg(all(feature = "a", not(feature = "b")))])), (true, None, 0));
        assert_eq!(apply(parse_quote!(#[cfg(any(test, feature = "b"))])), (false, None, 0));
        assert_eq!(apply(parse_quote!(#[cfg(false)])), (false, None, 0));
        assert_eq!(apply(parse_quote!(#[cfg(loom)])), (false, Some("loom".into()), 0));
        assert_eq!(apply(parse_quote!(#[cfg(not(mode = "x"))])), (true, Some("mode = \"x\"".into()), 0));
    }

    #[test]
    fn attributes_are_unwrapped() {
        assert_eq!(apply(parse_quote!(#[cfg_attr(feature = "a", derive(Model), table("t"))])), (true, None, 2));
        assert_eq!(apply(parse_quote!(#[cfg_attr(feature = "b", derive(Model))])), (true, None, 0));
        assert_eq!(
            apply(parse_quote!(#[cfg_attr(feature = "a", cfg_attr(feature = "a", doc = "x"))])),
            (true, None, 1)
        );
        assert_eq!(apply(parse_quote!(#[cfg_attr(feature = "a", cfg(test))])), (false, None, 0));
    }
}
