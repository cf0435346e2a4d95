//! Models that no scan can see.

use super::graph::derives;
use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{
    Attribute, Block, Expr, Ident, ItemImpl, ItemMacro,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A model, or what may hold one, that is not read.
pub(crate) struct Hidden {
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: &'static str,
}

const EMBED: &str =
    "to have it read, write the model in a module, or call `aludel_cli::run(metadata![…])` in a program of yours";

/// What a macro may hide.
pub(crate) fn in_macro(item: &ItemMacro) -> Vec<Hidden> {
    let name = item.mac.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default();
    let message = match name.as_str() {
        "include" => "what is included here is not read".to_owned(),
        _ if !mentions_model(&item.mac.tokens) => return Vec::new(),
        "macro_rules" => {
            let name = item.ident.as_ref().map_or("this macro".to_owned(), |name| format!("`{name}!`"));
            format!("the models that {name} makes are not read")
        }
        _ => format!("the models that `{name}!` makes are not read"),
    };
    vec![Hidden { span: item.mac.path.span(), message, help: EMBED }]
}

/// Whether the tokens derive a model.
fn mentions_model(tokens: &TokenStream) -> bool {
    let mut after_derive = false;
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => {
            after_derive = ident == "derive";
            false
        }
        TokenTree::Group(group) => {
            let derived = after_derive && has_ident(&group.stream(), "Model");
            after_derive = false;
            derived || mentions_model(&group.stream())
        }
        _ => {
            after_derive = false;
            false
        }
    })
}

fn has_ident(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| matches!(token, TokenTree::Ident(ident) if ident == name))
}

/// Models in the body of a function.
pub(crate) fn in_body(block: &Block) -> Vec<Hidden> {
    let mut bodies = Bodies::default();
    bodies.visit_block(block);
    bodies.found
}

/// Models in the bodies of methods.
pub(crate) fn in_impl(item: &ItemImpl) -> Vec<Hidden> {
    let mut bodies = Bodies::default();
    bodies.visit_item_impl(item);
    bodies.found
}

/// Models in the block of a constant.
pub(crate) fn in_expression(expression: &Expr) -> Vec<Hidden> {
    let mut bodies = Bodies::default();
    bodies.visit_expr(expression);
    bodies.found
}

#[derive(Default)]
struct Bodies {
    found: Vec<Hidden>,
}

impl Bodies {
    fn look(&mut self, attrs: &[Attribute], name: &Ident) {
        let is_model = |path: &syn::Path| path.segments.last().is_some_and(|segment| segment.ident == "Model");
        if derives(attrs).iter().any(is_model) {
            let message = format!("the model `{name}` is not read, since it is written inside a block");
            self.found.push(Hidden { span: name.span(), message, help: EMBED });
        }
    }
}

impl<'ast> Visit<'ast> for Bodies {
    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.look(&item.attrs, &item.ident);
        visit::visit_item_struct(self, item);
    }
}
