//! Attributes as lists of options: `key`, `key = value`, `key(…)`.

use crate::{
    errors::Errors,
    suggest::{list, similar},
};
use proc_macro2::{Span, TokenTree};
use std::{fmt::Display, str::FromStr};
use syn::{
    Attribute, Ident, Lit, LitBool, LitInt, LitStr, Meta, Token,
    ext::IdentExt,
    parse::{Parse, ParseStream},
};

/// A value and where it was written.
#[derive(Debug, Clone, Copy)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    pub(crate) fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// Calls `entry` for each option of `attribute`, with the stream standing behind the option's key.
///
/// A mistake in one option is noted, and reading goes on behind the next comma.
pub(crate) fn options(
    attribute: &Attribute,
    example: &str,
    errors: &mut Errors,
    mut entry: impl FnMut(&Ident, ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    if !matches!(attribute.meta, Meta::List(_)) {
        errors.push(syn::Error::new_spanned(
            attribute,
            format!("this attribute takes options in parentheses: {example}"),
        ));
        return;
    }
    let result = attribute.parse_args_with(|input: ParseStream<'_>| {
        each(input, errors, |input, errors| {
            if !input.peek(Ident::peek_any) {
                return Err(input.error(format!("expected the name of an option, as in {example}")));
            }
            let key = input.call(Ident::parse_any)?;
            entry(&key, input, errors)
        });
        Ok(())
    });
    errors.keep(result);
}

/// Calls `entry` for each part between commas; after a mistake it goes on behind the next comma.
pub(crate) fn each(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut entry: impl FnMut(ParseStream<'_>, &mut Errors) -> syn::Result<()>,
) {
    while !input.is_empty() {
        match entry(input, errors) {
            Err(error) => errors.push(error),
            Ok(()) if !input.is_empty() && !input.peek(Token![,]) => errors.push(input.error("expected `,`")),
            Ok(()) => {}
        }
        while !input.is_empty() && !input.peek(Token![,]) {
            let _ = input.parse::<TokenTree>();
        }
        let _ = input.parse::<Option<Token![,]>>();
    }
}

/// Reads `( … )`, and leaves nothing of it unread, so that one mistake is reported once.
pub(crate) fn parens<T>(
    input: ParseStream<'_>,
    read: impl FnOnce(ParseStream<'_>) -> syn::Result<T>,
) -> syn::Result<(T, Span)> {
    let content;
    let parens = syn::parenthesized!(content in input);
    let result = read(&content);
    while !content.is_empty() {
        let _ = content.parse::<TokenTree>();
    }
    Ok((result?, parens.span.join()))
}

/// Notes that `key` is none of the options `known` of `owner`.
pub(crate) fn unknown(key: &Ident, owner: &str, known: &[&str]) -> syn::Error {
    let name = key.to_string();
    let hint =
        similar(&name, known.iter().copied()).map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
    syn::Error::new(
        key.span(),
        format!("unknown option `{name}` of {owner}{hint}\nknown options: {}", list(known.iter().copied())),
    )
}

/// Stores what `key` says, unless it was said before.
pub(crate) fn set<T>(slot: &mut Option<T>, key: &Ident, value: T) -> syn::Result<()> {
    if slot.is_some() {
        return Err(syn::Error::new(key.span(), format!("`{key}` is given twice; keep one of them")));
    }
    *slot = Some(value);
    Ok(())
}

fn expect_equals(key: &Ident, input: ParseStream<'_>, takes: impl Display) -> syn::Result<()> {
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        return Ok(());
    }
    Err(syn::Error::new(key.span(), format!("`{key}` takes {takes}")))
}

/// Reads `= value`, where the value is a `T`; what else stands there is answered with what the option takes.
pub(crate) fn value<T: Parse>(key: &Ident, input: ParseStream<'_>, takes: impl Display) -> syn::Result<T> {
    expect_equals(key, input, &takes)?;
    let span = input.span();
    input.parse().map_err(|_| syn::Error::new(span, format!("`{key}` takes {takes}")))
}

/// Reads `= "text"`, not empty.
pub(crate) fn text(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<String>> {
    not_empty(value::<LitStr>(key, input, format_args!("a text: `{key} = \"…\"`"))?)
}

/// A text that says something.
pub(crate) fn not_empty(text: LitStr) -> syn::Result<Spanned<String>> {
    let value = text.value();
    if value.trim().is_empty() {
        return Err(syn::Error::new(
            text.span(),
            "this text is empty; write what it should say, or leave the option out",
        ));
    }
    Ok(Spanned::new(value, text.span()))
}

/// Reads `= number`, where `T` is an unsigned type.
pub(crate) fn number<T: FromStr<Err: Display>>(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<T>> {
    let literal: LitInt = value(key, input, format_args!("a number that is not negative: `{key} = 10`"))?;
    match literal.base10_parse() {
        Ok(value) => Ok(Spanned::new(value, literal.span())),
        Err(_) => {
            let greatest = u64::MAX >> (64 - 8 * size_of::<T>());
            Err(syn::Error::new(literal.span(), format!("`{key}` takes a number from 0 to {greatest}")))
        }
    }
}

/// Reads nothing, or `= true`, or `= false`.
pub(crate) fn flag(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<bool>> {
    if input.peek(Token![=]) {
        let value: LitBool = value(key, input, format_args!("nothing, or `{key} = true`"))?;
        return Ok(Spanned::new(value.value, value.span));
    }
    Ok(Spanned::new(true, key.span()))
}

/// Reads nothing or `= true` (no name), `= false` (not at all), or `= "name"`.
pub(crate) fn flag_or_name(key: &Ident, input: ParseStream<'_>) -> syn::Result<Option<Option<Spanned<String>>>> {
    if !input.peek(Token![=]) {
        return Ok(Some(None));
    }
    let takes = format!("nothing, or a name: `{key} = \"…\"`");
    let literal: Lit = value(key, input, &takes)?;
    match literal {
        Lit::Str(name) => Ok(Some(Some(not_empty(name)?))),
        Lit::Bool(value) => Ok(value.value.then_some(None)),
        other => Err(syn::Error::new(other.span(), format!("`{key}` takes {takes}"))),
    }
}
