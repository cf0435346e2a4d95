//! From the syntax of a model to its table.

use super::{
    declared::Kind,
    graph::{Graph, ModuleId},
    intern,
    resolve::{Def, Resolver},
    types::{Types, Unknown},
};
use crate::problem::Problem;
use aludel_core::{
    schema::{
        CheckDef, ColumnDef, ColumnRole, ColumnTarget, ForeignKeyDef, IndexDef, Literal, ModelDef, ReferentialAction,
        ServerDefault, TableDef, UniqueDef,
    },
    types::SqlType,
};
use aludel_syntax::{
    Action, Autoincrement, ColumnPath, ColumnSyntax, ForeignKeySyntax, LiteralSyntax, ModelSyntax, Role,
    ServerDefaultSyntax, Spanned, similar,
};
use std::borrow::Cow;
use syn::{ext::IdentExt, spanned::Spanned as _};

/// Makes tables of models.
pub(crate) struct Tables<'g> {
    pub(crate) graph: &'g Graph,
    pub(crate) resolver: &'g Resolver<'g>,
    pub(crate) kinds: &'g [Kind],
}

impl Tables<'_> {
    /// The table of a model written in `module`; what is wrong with it is added to `errors`.
    pub(crate) fn table(&self, module: ModuleId, model: &ModelSyntax, errors: &mut Vec<Problem>) -> TableDef {
        let columns: Vec<ColumnDef> = model.columns.iter().map(|column| self.column(module, column, errors)).collect();
        let foreign_keys = model.foreign_keys.iter().map(|key| self.foreign_key(module, key, errors));
        let foreign_keys: Vec<ForeignKeyDef> = foreign_keys.collect();
        TableDef {
            name: Cow::Owned(model.name.value.clone()),
            schema: text(model.schema.as_ref()),
            comment: text(model.comment.as_ref()),
            columns: columns.into(),
            primary_key: positions(&model.primary_key),
            foreign_keys: foreign_keys.into(),
            uniques: (model.uniques.iter())
                .map(|unique| UniqueDef { name: text(unique.name.as_ref()), columns: positions(&unique.columns) })
                .collect(),
            checks: (model.checks.iter())
                .map(|check| CheckDef {
                    name: text(check.name.as_ref()),
                    sql: Cow::Owned(check.sql.value.clone()),
                    column: check.column.map(position),
                })
                .collect(),
            indexes: (model.indexes.iter())
                .map(|index| IndexDef {
                    name: text(index.name.as_ref()),
                    columns: positions(&index.columns),
                    unique: index.unique,
                })
                .collect(),
            model: ModelDef { name: Cow::Owned(model.ident.unraw().to_string()), ..ModelDef::UNKNOWN },
        }
    }

    fn column(&self, module: ModuleId, column: &ColumnSyntax, errors: &mut Vec<Problem>) -> ColumnDef {
        let types = Types { graph: self.graph, resolver: self.resolver, kinds: self.kinds };
        let found = types.column(module, &column.ty);
        let sql_type = match (&column.sql_type, found.sql_type) {
            (Some(name), _) => SqlType::Custom(intern::text(&name.value)),
            (None, Ok(sql_type)) => sql_type,
            (None, Err(unknown)) => {
                if let Unknown::Problem(message, help) = unknown {
                    let place = self.graph.place(module, column.ty.span());
                    errors.push(Problem::at(place, message).help(help));
                }
                // The table is refused, so nobody sees it.
                SqlType::Text
            }
        };
        ColumnDef {
            name: Cow::Owned(column.name.value.clone()),
            sql_type,
            nullable: found.nullable,
            length: column.length,
            precision: column.precision,
            autoincrement: match column.autoincrement {
                Autoincrement::Yes => true,
                Autoincrement::No => false,
                Autoincrement::IfInteger => sql_type.is_integer(),
            },
            default: column.default.as_ref().map(literal),
            server_default: column.server_default.as_ref().map(|default| match default {
                ServerDefaultSyntax::Literal(value) => ServerDefault::Literal(literal(value)),
                ServerDefaultSyntax::Sql(sql) => ServerDefault::Sql(Cow::Owned(sql.clone())),
            }),
            role: column.role.map(|role| match role.value {
                Role::Version => ColumnRole::Version,
                Role::CreatedAt => ColumnRole::CreatedAt,
                Role::UpdatedAt => ColumnRole::UpdatedAt,
                Role::SoftDelete => ColumnRole::SoftDelete,
            }),
            comment: text(column.comment.as_ref()),
        }
    }

    fn foreign_key(&self, module: ModuleId, key: &ForeignKeySyntax, errors: &mut Vec<Problem>) -> ForeignKeyDef {
        let references = key.references.iter().filter_map(|target| match self.target(module, target) {
            Ok(target) => target,
            Err(problem) => {
                errors.push(*problem);
                None
            }
        });
        ForeignKeyDef {
            name: text(key.name.as_ref()),
            references: references.collect(),
            columns: positions(&key.columns),
            on_delete: key.on_delete.map(action),
            on_update: key.on_update.map(action),
            deferred: key.deferred,
        }
    }

    /// The column that `Cluster.id` means; nothing if its model was refused already.
    fn target(&self, module: ModuleId, target: &ColumnPath) -> Result<Option<ColumnTarget>, Box<Problem>> {
        let problem = |span, message: String, help: String| {
            Err(Box::new(Problem::at(self.graph.place(module, span), message).help(help)))
        };
        let shown = super::resolve::names(&target.model).join("::");
        let span = target.model.span();
        let declared = match self.resolver.path(module, &target.model) {
            Some(Def::Declared(declared)) => declared,
            Some(Def::External(path)) => {
                let package = path.first().map_or("", String::as_str);
                let message = format!("the model `{shown}` is in the crate `{package}`, whose source is not read");
                let help = "name all models in a program of yours: `aludel_cli::run(metadata![…])`";
                return problem(span, message, help.into());
            }
            Some(Def::Alias(..) | Def::Module(_)) => {
                return problem(span, format!("`{shown}` is not a model"), "name the model itself".into());
            }
            None => {
                return problem(span, format!("there is no model `{shown}` here"), self.other_models(module, &shown));
            }
        };
        let model = match &self.kinds[declared] {
            Kind::Model(Some(model)) => model,
            Kind::Model(None) => return Ok(None),
            _ => {
                let help = format!("add `#[derive(Model)]` to `{shown}`");
                return problem(span, format!("`{shown}` is not a model"), help);
            }
        };
        let Some(column) = model.columns.iter().find(|column| column.ident.unraw() == target.field.unraw()) else {
            let fields: Vec<String> = model.columns.iter().map(|column| column.ident.unraw().to_string()).collect();
            let field = target.field.unraw().to_string();
            let help = match similar(&field, fields.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{shown}.{near}`?"),
                None => format!("its columns are {}", fields.join(", ")),
            };
            return problem(target.field.span(), format!("the model `{shown}` has no column `{field}`"), help);
        };
        Ok(Some(ColumnTarget::Named {
            schema: text(model.schema.as_ref()),
            table: Cow::Owned(model.name.value.clone()),
            column: Cow::Owned(column.name.value.clone()),
        }))
    }

    /// Where a model of this name is, or one of a similar name.
    fn other_models(&self, here: ModuleId, shown: &str) -> String {
        let wanted = shown.rsplit("::").next().unwrap_or(shown);
        let mut models: Vec<(String, ModuleId)> = Vec::new();
        for (declared, kind) in self.graph.declared.iter().zip(self.kinds) {
            if let Kind::Model(Some(model)) = kind {
                models.push((model.ident.unraw().to_string(), declared.module));
            }
        }
        if let Some((name, module)) = models.iter().find(|(name, _)| name == wanted) {
            let (here, module) = (&self.graph.modules[here], &self.graph.modules[*module]);
            let path = module.path_from(Some(here.krate), &self.graph.crates[module.krate]);
            return format!("bring it in: `use {path}::{name};`");
        }
        match similar(wanted, models.iter().map(|(name, _)| name.as_str())) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "it is not among the models that were read; is it behind a feature (--features)?".into(),
        }
    }
}

fn literal(value: &LiteralSyntax) -> Literal {
    match value {
        LiteralSyntax::Bool(value) => Literal::Bool(*value),
        LiteralSyntax::Int(value) => Literal::Int(*value),
        LiteralSyntax::Double(value) => Literal::Double(*value),
        LiteralSyntax::Text(value) => Literal::Text(Cow::Owned(value.clone())),
    }
}

fn action(action: Spanned<Action>) -> ReferentialAction {
    match action.value {
        Action::NoAction => ReferentialAction::NoAction,
        Action::Restrict => ReferentialAction::Restrict,
        Action::Cascade => ReferentialAction::Cascade,
        Action::SetNull => ReferentialAction::SetNull,
        Action::SetDefault => ReferentialAction::SetDefault,
    }
}

fn text(value: Option<&Spanned<String>>) -> Option<Cow<'static, str>> {
    value.map(|value| Cow::Owned(value.value.clone()))
}

fn positions(columns: &[usize]) -> Cow<'static, [u16]> {
    columns.iter().copied().map(position).collect()
}

/// A struct of more fields than this counts is not compiled either.
fn position(column: usize) -> u16 {
    u16::try_from(column).unwrap_or(u16::MAX)
}
