//! Values written in attributes.

use crate::{
    attribute::{self, Spanned},
    types::ScalarType,
};
use proc_macro2::Span;
use syn::{Ident, Lit, LitStr, Token, ext::IdentExt, parse::ParseStream};

/// A value written in an attribute.
#[derive(Debug, Clone, PartialEq)]
pub enum LiteralSyntax {
    /// `true`, `false`
    Bool(bool),
    /// `42`, `-1`
    Int(i64),
    /// `0.5`
    Double(f64),
    /// `"new"`
    Text(String),
}

/// What the server stores where an INSERT leaves the column out.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerDefaultSyntax {
    /// `server_default = "new"`
    Literal(LiteralSyntax),
    /// `server_default = sql("CURRENT_TIMESTAMP")`
    Sql(String),
}

impl LiteralSyntax {
    /// Why the value does not fit a column of type `scalar` and length `length`, with the cure.
    pub(crate) fn misfit(&self, scalar: ScalarType, length: Option<u32>) -> Option<String> {
        let wanted = match (self, scalar) {
            (Self::Bool(_), ScalarType::Boolean) => return None,
            (Self::Int(value), _) if scalar.is_integer() => {
                let (min, max) = scalar.integer_range();
                let fits = (min..=max).contains(&i128::from(*value));
                return (!fits).then(|| format!("{value} is out of the range of the field's type, {min} to {max}"));
            }
            (Self::Int(_) | Self::Double(_), ScalarType::Real | ScalarType::Double) => return None,
            (Self::Int(_), ScalarType::Decimal | ScalarType::BigDecimal) => return None,
            (Self::Text(text), ScalarType::Decimal | ScalarType::BigDecimal) if is_decimal(text) => return None,
            (Self::Text(text), ScalarType::Text) => {
                let long = text.chars().count();
                return length
                    .filter(|&length| long > length as usize)
                    .map(|length| format!("this text has {long} characters, and the column's length is {length}"));
            }
            (
                Self::Text(_),
                ScalarType::Date
                | ScalarType::Time
                | ScalarType::DateTime
                | ScalarType::UtcDateTime
                | ScalarType::Uuid
                | ScalarType::Json,
            ) => return None,
            (_, ScalarType::Boolean) => "`true` or `false`",
            (_, ScalarType::Real | ScalarType::Double) => "a number such as `0.5`",
            (_, ScalarType::Decimal | ScalarType::BigDecimal) => {
                "a number in quotes, which keeps all its digits: `\"0.50\"`"
            }
            (_, ScalarType::Text) => "a text: `\"…\"`",
            (_, ScalarType::Date) => "a date in quotes: `\"2026-01-31\"`",
            (_, ScalarType::Time) => "a time in quotes: `\"12:30:00\"`",
            (_, ScalarType::DateTime) => "a date-time in quotes: `\"2026-01-31T12:30:00\"`",
            (_, ScalarType::UtcDateTime) => "an instant in quotes: `\"2026-01-31T12:30:00Z\"`",
            (_, ScalarType::Uuid) => "a UUID in quotes",
            (_, ScalarType::Json) => "JSON in quotes: `\"{}\"`",
            (_, ScalarType::Bytes) => "an SQL expression, since bytes have no literal: `server_default = sql(\"…\")`",
            _ => "a whole number such as `0`",
        };
        Some(format!("this value does not fit the field's type; it takes {wanted}"))
    }
}

fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
}

const TAKES: &str = "a literal: a number, a text, `true` or `false`";

/// Reads a literal behind `=`.
pub(crate) fn literal(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<LiteralSyntax>> {
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes {TAKES}")));
    }
    input.parse::<Token![=]>()?;
    bare(key, input)
}

fn bare(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<LiteralSyntax>> {
    let start = input.span();
    let other = |span: Span| syn::Error::new(span, format!("`{key}` takes {TAKES}"));
    let minus = input.parse::<Option<Token![-]>>()?.is_some();
    let literal: Lit = input.parse().map_err(|_| other(start))?;
    let span = literal.span();
    let sign = if minus { "-" } else { "" };
    let value = match &literal {
        Lit::Int(number) => format!("{sign}{}", number.base10_digits())
            .parse()
            .map(LiteralSyntax::Int)
            .map_err(|_| syn::Error::new(span, "this number is too large; it must fit an `i64`"))?,
        Lit::Float(number) => {
            format!("{sign}{}", number.base10_digits()).parse().map(LiteralSyntax::Double).map_err(|_| other(span))?
        }
        Lit::Str(text) if !minus => LiteralSyntax::Text(text.value()),
        Lit::Bool(value) if !minus => LiteralSyntax::Bool(value.value),
        _ => return Err(other(span)),
    };
    Ok(Spanned::new(value, span))
}

/// Reads a literal or `sql("…")` behind `=`.
pub(crate) fn server_default(key: &Ident, input: ParseStream<'_>) -> syn::Result<Spanned<ServerDefaultSyntax>> {
    const TAKES: &str = "a literal, or an SQL expression: `server_default = sql(\"CURRENT_TIMESTAMP\")`";
    if !input.peek(Token![=]) {
        return Err(syn::Error::new(key.span(), format!("`{key}` takes {TAKES}")));
    }
    input.parse::<Token![=]>()?;
    if input.peek(Ident::peek_any) && !input.peek(syn::LitBool) {
        let name = input.call(Ident::parse_any)?;
        if name != "sql" || !input.peek(syn::token::Paren) {
            return Err(syn::Error::new(name.span(), format!("`{key}` takes {TAKES}")));
        }
        let (sql, _) = attribute::parens(input, |content| {
            let span = content.span();
            let sql = content.parse::<LitStr>();
            attribute::not_empty(sql.map_err(|_| syn::Error::new(span, format!("`{key}` takes {TAKES}")))?)
        })?;
        return Ok(Spanned::new(ServerDefaultSyntax::Sql(sql.value), sql.span));
    }
    let span = input.span();
    let literal = bare(key, input).map_err(|_| syn::Error::new(span, format!("`{key}` takes {TAKES}")))?;
    Ok(Spanned::new(ServerDefaultSyntax::Literal(literal.value), literal.span))
}
