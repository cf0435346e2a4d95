//! From the syntax of a struct to a model.

use crate::{
    Autoincrement, CheckSyntax, ColumnSyntax, ForeignKeySyntax, IndexSyntax, ModelSyntax, RelationKind, RelationSyntax,
    Spanned, UniqueSyntax, check,
    errors::Errors,
    field::{FieldOptions, column_name},
    snake_case,
    suggest::{list, similar},
    table::{ColumnsOption, ForeignKeyOption, TableOptions},
    types::recognise,
    whole,
};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Data, DeriveInput, Fields, FieldsNamed, Ident, ext::IdentExt};

impl ModelSyntax {
    /// Reads a struct with `#[derive(Model)]`.
    ///
    /// # Errors
    /// All mistakes found, each with its place and its cure.
    pub fn parse(input: &DeriveInput) -> syn::Result<Self> {
        let mut errors = Errors::default();
        let fields = named_fields(input)?;
        if !input.generics.params.is_empty() {
            errors.on(
                &input.generics,
                "a model has no parameters: one struct is one table; write a struct for each table",
            );
        }
        misplaced(&input.attrs, &["column"], "goes on a field; options of the table go into #[table(…)]", &mut errors);
        let table = TableOptions::read(&input.attrs, &input.ident, &input.vis, &mut errors);
        let mut builder = Builder::new(input, table.name, table.krate);
        for field in &fields.named {
            builder.field(field, &input.ident, &mut errors);
        }
        builder.model.schema = table.schema;
        builder.model.comment = table.comment;
        builder.model.hooks = table.hooks.filter(|flag| flag.value).map(|flag| flag.span);
        builder.primary_key(table.primary_key, &mut errors);
        builder.constraints(table.uniques, table.indexes, &mut errors);
        builder.model.checks.extend(table.checks.into_iter().map(|(name, sql)| CheckSyntax {
            name,
            sql,
            column: None,
        }));
        for key in table.foreign_keys {
            builder.foreign_key(key, &mut errors);
        }
        builder.model.relations.extend(table.relations);
        let lacks_key = builder.keys.is_empty() && !builder.misread;
        whole::check(&builder.model, lacks_key, &mut errors);
        errors.finish(builder.model)
    }

    /// The position of the column of the field `name`.
    pub(crate) fn position(&self, name: &Ident) -> Option<usize> {
        self.columns.iter().position(|column| column.ident.unraw() == name.unraw())
    }
}

/// The fields of a struct that has names for them.
fn named_fields(input: &DeriveInput) -> syn::Result<&FieldsNamed> {
    let message = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) => return Ok(fields),
            Fields::Unnamed(fields) if fields.unnamed.len() == 1 => {
                "a model has named fields: `struct User { id: i64 }`; for a type of one column there is #[derive(DbType)]"
            }
            Fields::Unnamed(_) | Fields::Unit => "a model has named fields, its columns: `struct User { id: i64 }`",
        },
        Data::Enum(_) => "a model is a struct; for an enum that is stored in a column there is #[derive(DbEnum)]",
        Data::Union(_) => "a model is a struct with named fields: `struct User { id: i64 }`",
    };
    Err(syn::Error::new(input.ident.span(), message))
}

/// Attributes of ours that the compiler lets stand anywhere, and that nothing would read here.
fn misplaced(attributes: &[syn::Attribute], names: &[&str], message: &str, errors: &mut Errors) {
    for attribute in attributes {
        if let Some(name) = names.iter().find(|name| attribute.path().is_ident(name)) {
            errors.push(syn::Error::new_spanned(attribute, format!("#[{name}(…)] {message}")));
        }
    }
}

struct Builder {
    model: ModelSyntax,
    /// The place of each column that is a primary key, with what it says of autoincrement.
    keys: Vec<(Spanned<usize>, Option<Spanned<bool>>)>,
    /// Whether a field's options could not all be read, so that one that seems missing may only be misspelt.
    misread: bool,
    /// What each column says of autoincrement.
    autoincrement: Vec<Option<Spanned<bool>>>,
}

impl Builder {
    fn new(input: &DeriveInput, name: Option<Spanned<String>>, krate: Option<syn::Path>) -> Self {
        let ident = input.ident.clone();
        let name =
            name.unwrap_or_else(|| Spanned { value: snake_case(&ident.unraw().to_string()), span: ident.span() });
        Self {
            model: ModelSyntax {
                ident,
                vis: input.vis.clone(),
                krate,
                name,
                schema: None,
                comment: None,
                hooks: None,
                columns: Vec::new(),
                skipped: Vec::new(),
                primary_key: Vec::new(),
                foreign_keys: Vec::new(),
                uniques: Vec::new(),
                checks: Vec::new(),
                indexes: Vec::new(),
                relations: Vec::new(),
            },
            keys: Vec::new(),
            misread: false,
            autoincrement: Vec::new(),
        }
    }

    fn field(&mut self, field: &syn::Field, owner: &Ident, errors: &mut Errors) {
        let Some(ident) = field.ident.clone() else { return };
        misplaced(&field.attrs, &["table", "has_many", "has_one", "many_to_many"], "goes on the struct", errors);
        let before = errors.count();
        let options = FieldOptions::read(&field.attrs, owner, errors);
        self.misread |= errors.count() > before;
        if options.is_skipped() {
            check::skipped(&options, errors);
            self.model.skipped.push(ident);
            return;
        }
        if let Some(span) = mention_of_self(field.ty.to_token_stream()) {
            errors.at(
                span,
                format!("write `{owner}` instead of `Self`: the type is repeated where `Self` means another"),
            );
        }
        let recognised = recognise(&field.ty);
        check::field(&ident, &field.ty, recognised, &options, errors);
        let position = self.model.columns.len();
        if let Some(flag) = options.primary_key.filter(|flag| flag.value) {
            self.keys.push((Spanned { value: position, span: flag.span }, options.autoincrement));
        }
        self.autoincrement.push(options.autoincrement);
        self.indexes(position, &options, errors);
        if let Some(sql) = options.check {
            self.model.checks.push(CheckSyntax { name: None, sql, column: Some(position) });
        }
        let has_default = options.server_default.is_some();
        if let Some(target) = options.foreign_key {
            for action in [options.on_delete, options.on_update] {
                check::action(action, std::iter::once((&ident, recognised.nullable, has_default)), errors);
            }
            self.belongs_to(options.relation, &field.vis, &target);
            self.model.foreign_keys.push(ForeignKeySyntax {
                name: options.fk_name,
                columns: vec![position],
                references: vec![target],
                on_delete: options.on_delete,
                on_update: options.on_update,
                deferred: options.deferred.is_some_and(|flag| flag.value),
            });
        }
        self.model.columns.push(ColumnSyntax {
            name: options.name.unwrap_or_else(|| column_name(&ident)),
            ident,
            vis: field.vis.clone(),
            ty: field.ty.clone(),
            recognised,
            sql_type: options.sql_type,
            length: options.length.map(|length| length.value),
            precision: options.precision.map(|all| (all.value, options.scale.map_or(0, |scale| scale.value))),
            autoincrement: Autoincrement::No,
            default: options.default.map(|default| default.value),
            server_default: options.server_default.map(|default| default.value),
            role: options.role,
            comment: options.comment,
        });
    }

    /// `unique` and `index` of one field; both together are one unique index, as SQLAlchemy has it.
    fn indexes(&mut self, position: usize, options: &FieldOptions, errors: &mut Errors) {
        let unique = options.unique.as_ref().and_then(|unique| unique.value.clone());
        let index = options.index.as_ref().and_then(|index| index.value.clone());
        let columns = vec![position];
        match (unique, index) {
            (Some(unique), Some(index)) => {
                if let (Some(name), Some(_)) = (&unique, &index) {
                    errors.at(name.span, "`unique` with `index` is one unique index; give it one name");
                }
                self.model.indexes.push(IndexSyntax { name: index.or(unique), columns, unique: true });
            }
            (Some(name), None) => self.model.uniques.push(UniqueSyntax { name, columns }),
            (None, Some(name)) => self.model.indexes.push(IndexSyntax { name, columns, unique: false }),
            (None, None) => {}
        }
    }

    /// The relation of the foreign key that is pushed next.
    fn belongs_to(&mut self, relation: Option<Ident>, vis: &syn::Visibility, target: &crate::ColumnPath) {
        if let Some(ident) = relation {
            let kind = RelationKind::BelongsTo(self.model.foreign_keys.len());
            let (vis, model) = (vis.clone(), target.model.clone());
            let relation = RelationSyntax { ident, vis, model, kind, on_delete: None, delete_orphans: false };
            self.model.relations.push(relation);
        }
    }

    fn primary_key(&mut self, table: Option<Spanned<Vec<Ident>>>, errors: &mut Errors) {
        if let Some(key) = table {
            if let Some((flag, _)) = self.keys.first() {
                errors.at(flag.span, "the table has `primary_key(…)` already; keep one of them");
                return;
            }
            for (name, position) in key.value.iter().zip(self.positions(&key.value, errors)) {
                let column = &self.model.columns[position];
                if column.recognised.nullable {
                    errors.on(
                        &column.ty,
                        format!("a primary key is never NULL: give `{name}` the type inside the `Option`"),
                    );
                }
                self.keys.push((Spanned { value: position, span: name.span() }, self.autoincrement[position]));
            }
        }
        self.model.primary_key = self.keys.iter().map(|(position, _)| position.value).collect();
        if let [(position, autoincrement)] = self.keys.as_slice() {
            self.model.columns[position.value].autoincrement = self.generated(position.value, *autoincrement);
        } else {
            for flag in self.keys.iter().filter_map(|(_, autoincrement)| autoincrement.filter(|flag| flag.value)) {
                errors.at(
                    flag.span,
                    "a key of several columns is never generated by the database; remove `autoincrement`",
                );
            }
        }
    }

    /// Whether the database generates a key that stands alone: an integer, unless it refers to another table's key.
    fn generated(&self, position: usize, flag: Option<Spanned<bool>>) -> Autoincrement {
        let column = &self.model.columns[position];
        let refers = self.model.foreign_keys.iter().any(|key| key.columns.contains(&position));
        match (flag.map(|flag| flag.value), column.recognised.scalar) {
            (Some(true), _) => Autoincrement::Yes,
            (Some(false), _) => Autoincrement::No,
            (None, _) if refers || column.sql_type.is_some() || column.server_default.is_some() => Autoincrement::No,
            (None, Some(scalar)) if scalar.is_integer() => Autoincrement::Yes,
            (None, Some(_)) => Autoincrement::No,
            (None, None) => Autoincrement::IfInteger,
        }
    }

    fn constraints(&mut self, uniques: Vec<ColumnsOption>, indexes: Vec<ColumnsOption>, errors: &mut Errors) {
        for ColumnsOption { name, columns, .. } in uniques {
            let columns = self.positions(&columns, errors);
            self.model.uniques.push(UniqueSyntax { name, columns });
        }
        for ColumnsOption { name, columns, unique } in indexes {
            let columns = self.positions(&columns, errors);
            self.model.indexes.push(IndexSyntax { name, columns, unique });
        }
    }

    fn foreign_key(&mut self, key: ForeignKeyOption, errors: &mut Errors) {
        let ForeignKeyOption { name, columns, references, on_delete, on_update, deferred, relation, span } = key;
        if columns.len() != references.len() {
            errors.at(
                span,
                format!(
                    "this key has {} columns and refers to {}; name as many in `references(…)` as in `columns(…)`",
                    columns.len(),
                    references.len()
                ),
            );
        }
        let columns = self.positions(&columns, errors);
        let Some(first) = references.first() else { return };
        let model = first.model.to_token_stream().to_string();
        for other in &references[1..] {
            if other.model.to_token_stream().to_string() != model {
                errors.on(
                    &other.model,
                    format!("a foreign key refers to columns of one model, here `{model}`; write a second key"),
                );
            }
        }
        for action in [on_delete, on_update] {
            let columns = columns.iter().map(|&position| &self.model.columns[position]);
            let columns =
                columns.map(|column| (&column.ident, column.recognised.nullable, column.server_default.is_some()));
            check::action(action, columns, errors);
        }
        let vis = columns.first().map_or(self.model.vis.clone(), |&first| self.model.columns[first].vis.clone());
        self.belongs_to(relation, &vis, first);
        self.model.foreign_keys.push(ForeignKeySyntax { name, columns, references, on_delete, on_update, deferred });
    }

    /// The positions of the fields `names`; those that are no columns are noted.
    fn positions(&self, names: &[Ident], errors: &mut Errors) -> Vec<usize> {
        let mut positions = Vec::with_capacity(names.len());
        for name in names {
            match self.model.position(name) {
                Some(position) if positions.contains(&position) => {
                    errors.at(name.span(), format!("`{name}` is named twice; keep one of them"));
                }
                Some(position) => positions.push(position),
                None => errors.at(name.span(), self.no_such_field(name)),
            }
        }
        positions
    }

    fn no_such_field(&self, name: &Ident) -> String {
        if self.model.skipped.iter().any(|skipped| skipped.unraw() == name.unraw()) {
            return format!("the field `{name}` is no column, since it has `skip`");
        }
        let fields: Vec<String> = self.model.columns.iter().map(|column| column.ident.unraw().to_string()).collect();
        let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
        if let Some(column) = self.model.columns.iter().find(|column| *name == column.name.value) {
            return format!("columns are named by their fields here: write `{}`", column.ident);
        }
        match similar(&name.unraw().to_string(), fields.iter().copied()) {
            Some(near) => {
                format!("no field `{name}` on `{}`; a field with a similar name exists: `{near}`", self.model.ident)
            }
            None => format!("no field `{name}` on `{}`; its columns are {}", self.model.ident, list(fields)),
        }
    }
}

/// Where a type says `Self`.
fn mention_of_self(tokens: TokenStream) -> Option<Span> {
    tokens.into_iter().find_map(|token| match token {
        TokenTree::Ident(ident) if ident == "Self" => Some(ident.span()),
        TokenTree::Group(group) => mention_of_self(group.stream()),
        _ => None,
    })
}
