//! The column type that a field's type stands for.

use super::{
    declared::Kind,
    graph::{DeclaredId, Graph, Item, ModuleId},
    intern,
    resolve::{Def, Resolver, names},
};
use aludel_core::types::SqlType;
use aludel_syntax::types::{ScalarType, recognise};
use quote::ToTokens;
use std::{collections::HashMap, rc::Rc};
use syn::{GenericArgument, PathArguments, PathSegment, Type, spanned::Spanned};

/// What a field's type stands for.
pub(crate) struct ColumnType {
    /// The type without its `Option`, or why it is not known.
    pub(crate) sql_type: Result<SqlType, Unknown>,
    /// Whether it is an `Option`.
    pub(crate) nullable: bool,
}

/// Why a type is not known.
pub(crate) enum Unknown {
    /// It is wrong, which was said at its declaration already.
    Reported,
    /// A message, and what helps.
    Problem(String, String),
}

/// Looks types up.
pub(crate) struct Types<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) resolver: &'g Resolver<'g>,
    pub(crate) kinds: &'g [Kind],
}

/// Where a type is written, and what its parameters stand for there.
struct Scope {
    module: ModuleId,
    parameters: HashMap<String, (Rc<Scope>, Type)>,
}

/// How many aliases are followed; more are a circle, which the compiler refuses.
const DEEPEST: usize = 64;

impl Types<'_> {
    /// The column type of a field of type `ty`, written in `module`.
    pub(crate) fn column(&self, module: ModuleId, ty: &Type) -> ColumnType {
        self.look(&Rc::new(Scope { module, parameters: HashMap::new() }), ty, 0)
    }

    fn look(&self, scope: &Rc<Scope>, ty: &Type, depth: usize) -> ColumnType {
        let path = match ty {
            Type::Group(group) => return self.look(scope, &group.elem, depth),
            Type::Paren(paren) => return self.look(scope, &paren.elem, depth),
            Type::Path(_) if depth >= DEEPEST => return unknown(ty, "", "its aliases go round in a circle"),
            Type::Path(path) if path.qself.is_none() => &path.path,
            _ => return unknown(ty, "", generic_help(ty)),
        };
        let Some(segment) = path.segments.last() else { return unknown(ty, "", generic_help(ty)) };
        if let Some((scope, ty)) = path.get_ident().and_then(|name| scope.parameters.get(&name.to_string())) {
            return self.look(scope, ty, depth + 1);
        }
        match self.resolver.path(scope.module, path) {
            Some(Def::Declared(declared)) => self.declared(ty, declared, depth),
            Some(Def::Alias(module, name)) => self.alias(scope, module, &name, segment, ty, depth),
            Some(Def::Module(_)) => unknown(ty, ", but a module", generic_help(ty)),
            Some(Def::External(external)) => {
                self.by_name(scope, external.last().map_or("", String::as_str), segment, ty, depth, external.first())
            }
            None => self.by_name(scope, &segment.ident.to_string(), segment, ty, depth, None),
        }
    }

    fn alias(
        &self,
        scope: &Rc<Scope>,
        module: ModuleId,
        name: &str,
        segment: &PathSegment,
        ty: &Type,
        depth: usize,
    ) -> ColumnType {
        let Some(Item::Alias(alias)) = self.graph.modules[module].items.get(name) else {
            return unknown(ty, "", generic_help(ty));
        };
        let arguments = arguments(segment).into_iter().map(|argument| (Rc::clone(scope), argument.clone()));
        let parameters = alias.parameters.iter().cloned().zip(arguments).collect();
        self.look(&Rc::new(Scope { module, parameters }), &alias.ty, depth + 1)
    }

    fn declared(&self, ty: &Type, declared: DeclaredId, depth: usize) -> ColumnType {
        let name = &self.graph.declared[declared].input.ident;
        match &self.kinds[declared] {
            Kind::Enum(Some(def)) => ColumnType { sql_type: Ok(SqlType::Enum(def)), nullable: false },
            Kind::Newtype(Some(newtype)) => {
                let scope = Scope { module: self.graph.declared[declared].module, parameters: HashMap::new() };
                ColumnType { nullable: false, ..self.look(&Rc::new(scope), &newtype.ty, depth + 1) }
            }
            Kind::Enum(None) | Kind::Newtype(None) => ColumnType { sql_type: Err(Unknown::Reported), nullable: false },
            Kind::Model(_) => unknown(
                ty,
                ", but a model",
                format!(
                    "refer to it by its key, `#[column(foreign_key = {name}.id)]` on a field of the key's type, or leave the field out: `#[column(skip)]`"
                ),
            ),
            Kind::Plain => unknown(
                ty,
                "",
                match &self.graph.declared[declared].input.data {
                    syn::Data::Enum(_) => format!(
                        "add `#[derive(DbEnum)]` to the enum `{name}`; or, if it is a column type already, {SAY_IT}"
                    ),
                    _ => format!(
                        "add `#[derive(DbType)]` to `{name}` if it has one field, or keep it as JSON, `Json<{name}>`; or, if it is a column type already, {SAY_IT}"
                    ),
                },
            ),
        }
    }

    /// A type that the table of types may know by its name.
    fn by_name(
        &self,
        scope: &Rc<Scope>,
        name: &str,
        segment: &PathSegment,
        ty: &Type,
        depth: usize,
        package: Option<&String>,
    ) -> ColumnType {
        let arguments = arguments(segment);
        if let ("Option", [inner]) = (name, arguments.as_slice()) {
            let inner = self.look(scope, inner, depth + 1);
            if inner.nullable {
                return unknown(ty, "", "an `Option` in an `Option` has two kinds of NULL; keep one");
            }
            return ColumnType { nullable: true, ..inner };
        }
        let known = match arguments.as_slice() {
            [] if segment.arguments.is_none() => scalar(name),
            [argument] => scalar(&format!("{name}<{}>", self.argument(scope, argument, depth))),
            _ => None,
        };
        if let ("Vec", None, [item]) = (name, known, arguments.as_slice()) {
            return self.array(scope, item, ty, depth);
        }
        match known {
            Some(scalar) => ColumnType { sql_type: Ok(sql_type(scalar)), nullable: false },
            None => match package {
                Some(package) => unknown(ty, &format!(", and the source of `{package}` is not read"), SAY_IT),
                None => unknown(ty, "", generic_help(ty)),
            },
        }
    }

    /// `Vec<item>`, which is not `Vec<u8>`.
    fn array(&self, scope: &Rc<Scope>, item: &Type, ty: &Type, depth: usize) -> ColumnType {
        match self.look(scope, item, depth + 1) {
            ColumnType { sql_type: Ok(item), nullable: false } if !matches!(item, SqlType::Array(_)) => {
                ColumnType { sql_type: Ok(SqlType::Array(intern::sql_type(item))), nullable: false }
            }
            ColumnType { sql_type: Err(Unknown::Reported), .. } => {
                ColumnType { sql_type: Err(Unknown::Reported), nullable: false }
            }
            _ => unknown(ty, "", generic_help(ty)),
        }
    }

    /// The name of a type argument, looked up; `_` if it is no plain name.
    fn argument(&self, scope: &Rc<Scope>, ty: &Type, depth: usize) -> String {
        let Type::Path(path) = ty else { return "_".into() };
        if let Some((scope, ty)) = path.path.get_ident().and_then(|name| scope.parameters.get(&name.to_string())) {
            return if depth < DEEPEST { self.argument(scope, ty, depth + 1) } else { "_".into() };
        }
        match self.resolver.path(scope.module, &path.path) {
            Some(Def::Alias(module, name)) if depth < DEEPEST => match self.graph.modules[module].items.get(&name) {
                Some(Item::Alias(alias)) => {
                    let scope = Rc::new(Scope { module, parameters: HashMap::new() });
                    self.argument(&scope, &alias.ty, depth + 1)
                }
                _ => "_".into(),
            },
            Some(Def::External(path)) => path.last().cloned().unwrap_or_default(),
            None => names(&path.path).pop().unwrap_or_default(),
            // A type of one's own is never the `u8` or `Utc` that the table looks for.
            Some(_) => "_".into(),
        }
    }
}

/// What the database calls it has to be said.
const SAY_IT: &str = "say what the database calls it: `#[column(sql_type = \"…\")]`";

fn unknown(ty: &Type, more: &str, help: impl Into<String>) -> ColumnType {
    let message = format!("`{}` is not a column type{more}", shown(ty));
    ColumnType { sql_type: Err(Unknown::Problem(message, help.into())), nullable: false }
}

/// What helps with a type of which nothing is known.
fn generic_help(ty: &Type) -> String {
    format!("keep it as JSON, `Json<{}>`; or, if it is a column type of its own, {SAY_IT}", shown(ty))
}

/// A type as it is written.
fn shown(ty: &Type) -> String {
    ty.span().source_text().unwrap_or_else(|| ty.to_token_stream().to_string())
}

fn arguments(segment: &PathSegment) -> Vec<&Type> {
    let PathArguments::AngleBracketed(arguments) = &segment.arguments else { return Vec::new() };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(ty) => Some(ty),
        _ => None,
    });
    types.collect()
}

/// The column type of a name, by the table that the derive goes by too.
fn scalar(name: &str) -> Option<ScalarType> {
    recognise(&syn::parse_str(name).ok()?).scalar
}

fn sql_type(scalar: ScalarType) -> SqlType {
    match scalar {
        ScalarType::Boolean => SqlType::Boolean,
        ScalarType::TinyInt => SqlType::TinyInt,
        ScalarType::SmallInt => SqlType::SmallInt,
        ScalarType::Integer => SqlType::Integer,
        ScalarType::BigInt => SqlType::BigInt,
        ScalarType::TinyUnsigned => SqlType::TinyUnsigned,
        ScalarType::SmallUnsigned => SqlType::SmallUnsigned,
        ScalarType::Unsigned => SqlType::Unsigned,
        ScalarType::BigUnsigned => SqlType::BigUnsigned,
        ScalarType::Real => SqlType::Real,
        ScalarType::Double => SqlType::Double,
        ScalarType::Decimal => SqlType::Decimal,
        ScalarType::BigDecimal => SqlType::BigDecimal,
        ScalarType::Text => SqlType::Text,
        ScalarType::Bytes => SqlType::Bytes,
        ScalarType::Date => SqlType::Date,
        ScalarType::Time => SqlType::Time,
        ScalarType::DateTime => SqlType::DateTime,
        ScalarType::UtcDateTime => SqlType::UtcDateTime,
        ScalarType::Uuid => SqlType::Uuid,
        ScalarType::Json => SqlType::Json,
    }
}
