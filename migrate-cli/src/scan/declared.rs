//! What the structs and enums are to Aludel.

use super::{
    graph::Graph,
    intern,
    resolve::{Derive, Macro, Resolver},
};
use crate::problem::Problem;
use aludel_core::types::{EnumDef, EnumStorage};
use aludel_syntax::{EnumSyntax, ModelSyntax, NewtypeSyntax};

/// What a struct or enum is to Aludel; `None` where it was refused.
pub(crate) enum Kind {
    Model(Option<Box<ModelSyntax>>),
    Enum(Option<&'static EnumDef>),
    Newtype(Option<Box<NewtypeSyntax>>),
    /// Nothing.
    Plain,
}

/// Errors and warnings found on the way.
#[derive(Default)]
pub(crate) struct Findings {
    pub(crate) errors: Vec<Problem>,
    pub(crate) warnings: Vec<Problem>,
}

/// Reads everything that derives a macro of ours.
pub(crate) fn read(graph: &Graph, resolver: &Resolver<'_>, findings: &mut Findings) -> Vec<Kind> {
    (0..graph.declared.len()).map(|declared| read_one(graph, resolver, declared, findings)).collect()
}

fn read_one(graph: &Graph, resolver: &Resolver<'_>, declared: usize, findings: &mut Findings) -> Kind {
    let it = &graph.declared[declared];
    let mut ours = None;
    for path in &it.derives {
        match resolver.derive(it.module, path) {
            Macro::Ours(derive) => ours = Some(derive),
            Macro::Foreign(package) if has_our_attributes(it) => {
                let name = &it.input.ident;
                let place = graph.place(it.module, name.span());
                let message = format!("`{name}` is not read: its derive macro comes from the crate `{package}`");
                let help = "bring Aludel's own in: `use aludel::Model;`";
                findings.warnings.push(Problem::at(place, message).help(help));
            }
            Macro::Foreign(_) | Macro::Other => {}
        }
    }
    let Some(derive) = ours else { return Kind::Plain };
    if let (Some(flag), Derive::Model) = (&it.unknown_flag, derive) {
        let name = &it.input.ident;
        let place = graph.place(it.module, name.span());
        let state = if it.exists { "read" } else { "left out" };
        let message =
            format!("the model `{name}` depends on the flag `{flag}`, which only a build sets: it is {state}");
        findings.warnings.push(Problem::at(place, message));
    }
    if !it.exists {
        return Kind::Plain;
    }
    match derive {
        Derive::Model => Kind::Model(keep(graph, it.module, ModelSyntax::parse(&it.input), findings).map(Box::new)),
        Derive::DbType => {
            Kind::Newtype(keep(graph, it.module, NewtypeSyntax::parse(&it.input), findings).map(Box::new))
        }
        Derive::DbEnum => {
            Kind::Enum(keep(graph, it.module, EnumSyntax::parse(&it.input), findings).map(|syntax| enum_def(&syntax)))
        }
    }
}

fn has_our_attributes(declared: &super::graph::Declared) -> bool {
    let ours = |attr: &syn::Attribute| attr.path().is_ident("table") || attr.path().is_ident("column");
    let fields = match &declared.input.data {
        syn::Data::Struct(data) => data.fields.iter().any(|field| field.attrs.iter().any(ours)),
        _ => false,
    };
    fields || declared.input.attrs.iter().any(ours)
}

fn keep<T>(graph: &Graph, module: usize, result: syn::Result<T>, findings: &mut Findings) -> Option<T> {
    result.map_err(|error| findings.errors.extend(super::graph::problems(&graph.modules[module].file, &error))).ok()
}

fn enum_def(syntax: &EnumSyntax) -> &'static EnumDef {
    let codes = match syntax.storage {
        aludel_syntax::EnumStorage::Integer => syntax.variants.iter().filter_map(|variant| variant.code).collect(),
        aludel_syntax::EnumStorage::Text | aludel_syntax::EnumStorage::Native => Vec::new(),
    };
    intern::enum_def(EnumDef {
        name: syntax.name.value.clone().into(),
        storage: match syntax.storage {
            aludel_syntax::EnumStorage::Text => EnumStorage::Text,
            aludel_syntax::EnumStorage::Native => EnumStorage::Native,
            aludel_syntax::EnumStorage::Integer => EnumStorage::Integer,
        },
        labels: syntax.variants.iter().map(|variant| variant.label.value.clone().into()).collect(),
        codes: codes.into(),
    })
}
