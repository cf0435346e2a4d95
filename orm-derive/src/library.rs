//! Where the library is, and where what comes of it is blamed.

use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Path, spanned::Spanned};

/// The path of the library: `::aludel`, or what `crate = "…"` says.
pub(crate) struct Library(Option<Path>);

impl Library {
    pub(crate) fn new(path: Option<Path>) -> Self {
        Self(path)
    }

    /// The path, so that a type error in what is built on it points at `span`.
    pub(crate) fn at(&self, span: Span) -> TokenStream {
        match &self.0 {
            Some(path) => path.to_token_stream(),
            None => quote_spanned!(span=> ::aludel),
        }
    }
}

impl ToTokens for Library {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        match &self.0 {
            Some(path) => path.to_tokens(tokens),
            None => tokens.extend(quote!(::aludel)),
        }
    }
}

/// A span that points at `tokens` and in which names mean what they mean in the macro.
pub(crate) fn blame(tokens: &impl Spanned) -> Span {
    Span::call_site().located_at(tokens.span())
}
