//! What the grammar reads; what it refuses is in the facade's `tests/ui`, word for word.

use crate::{Action, Autoincrement, EnumSyntax, LiteralSyntax, ModelSyntax, NewtypeSyntax, RelationKind};
use quote::ToTokens;

fn model(source: &str) -> ModelSyntax {
    let input = syn::parse_str(source).expect("the source of a struct");
    ModelSyntax::parse(&input).unwrap_or_else(|error| panic!("{error}"))
}

fn mistakes(source: &str) -> Vec<String> {
    let input = syn::parse_str(source).expect("the source of a struct");
    let error = ModelSyntax::parse(&input).err().expect("a mistake");
    error.into_iter().map(|error| error.to_string()).collect()
}

fn names<T: ToString>(names: impl IntoIterator<Item = T>) -> Vec<String> {
    names.into_iter().map(|name| name.to_string()).collect()
}

#[test]
fn a_struct_without_options_is_a_table_named_after_it() {
    let model = model("struct HttpServer { #[column(primary_key)] id: i64, r#type: String }");
    assert_eq!(model.name.value, "http_server");
    assert!(model.schema.is_none() && model.comment.is_none() && model.krate.is_none());
    assert_eq!(names(model.columns.iter().map(|column| &column.name.value)), ["id", "type"]);
    assert_eq!(model.primary_key, [0]);
}

#[test]
fn attributes_of_others_are_passed_over() {
    let model = model(
        r#"#[derive(Debug)] #[serde(rename_all = "camelCase")] #[doc = "A user."]
        struct User { #[serde(skip)] #[column(primary_key)] id: i64 }"#,
    );
    assert_eq!(model.columns.len(), 1);
}

#[test]
fn options_may_be_spread_over_attributes() {
    let model = model(
        r#"#[table("users")] #[table(schema = "app",)]
        struct User { #[column(primary_key)] #[column(name = "key", comment = "c",)] id: i64 }"#,
    );
    assert_eq!((model.name.value.as_str(), model.schema.expect("a schema").value.as_str()), ("users", "app"));
    assert_eq!(model.columns[0].name.value, "key");
}

#[test]
fn which_keys_the_database_generates() {
    let generated = |source: &str| model(source).columns[0].autoincrement;
    let key = |options: &str, ty: &str| generated(&format!("struct A {{ #[column(primary_key{options})] a: {ty} }}"));
    assert_eq!(key("", "i64"), Autoincrement::Yes);
    assert_eq!(key("", "u16"), Autoincrement::Yes);
    assert_eq!(key("", "String"), Autoincrement::No);
    assert_eq!(key("", "UserId"), Autoincrement::IfInteger);
    assert_eq!(key(", autoincrement", "UserId"), Autoincrement::Yes);
    assert_eq!(key(", autoincrement = false", "i64"), Autoincrement::No);
    assert_eq!(key(", foreign_key = User.id", "i64"), Autoincrement::No);
    assert_eq!(key(", sql_type = \"serial\"", "i64"), Autoincrement::No);
    assert_eq!(key(", server_default = sql(\"next()\")", "i64"), Autoincrement::No);
    assert_eq!(
        generated("struct A { #[column(primary_key)] a: i64, #[column(primary_key)] b: i64 }"),
        Autoincrement::No
    );
    assert_eq!(generated("#[table(primary_key(a))] struct A { a: i64, b: i64 }"), Autoincrement::Yes);
    assert_eq!(generated("#[table(primary_key(b))] struct A { a: i64, b: i64 }"), Autoincrement::No);
}

#[test]
fn a_key_of_the_table_has_its_own_order() {
    assert_eq!(model("#[table(primary_key(b, a))] struct A { a: i64, b: i64 }").primary_key, [1, 0]);
}

#[test]
fn unique_and_index_together_are_one_unique_index() {
    let model = model(
        r#"struct A { #[column(primary_key)] id: i64, #[column(unique, index = "ix")] a: i64, #[column(index)] b: i64,
        #[column(unique = "uq")] c: i64, #[column(unique = false, index = false)] d: i64 }"#,
    );
    let indexes: Vec<_> = model.indexes.iter().map(|index| (index.columns.as_slice(), index.unique)).collect();
    assert_eq!(indexes, [([1].as_slice(), true), ([2].as_slice(), false)]);
    assert_eq!(model.uniques.len(), 1);
    assert_eq!(model.uniques[0].columns, [3]);
}

#[test]
fn lists_name_fields_even_those_called_like_options() {
    let model = model(
        r#"#[table(index(name, unique), unique(r#type, name), index(name = "ix", unique, columns(type)))]
        struct A { #[column(primary_key)] id: i64, name: String, unique: bool, r#type: u8 }"#,
    );
    assert_eq!(model.indexes[0].columns, [1, 2]);
    assert!(!model.indexes[0].unique && model.indexes[1].unique);
    assert_eq!(model.uniques[0].columns, [3, 1]);
    assert_eq!(model.indexes[1].columns, [3]);
}

#[test]
fn foreign_keys_and_relations() {
    let model = model(
        r#"#[table(foreign_key(columns(a, b), references(crate::shop::Line.a, crate::shop::Line.b), name = "fk",
            on_update = "CASCADE", relation = line))]
        #[has_many(children: Self.parent, posts: Post.user_id)] #[has_one(profile: Profile.user_id)]
        pub struct User { #[column(primary_key)] pub id: i64, pub(crate) a: i64, b: i64,
            #[column(foreign_key = Self.id, relation = up, on_delete = "set null", deferred)] pub parent: Option<i64> }"#,
    );
    let [parent, line] = model.foreign_keys.as_slice() else { panic!("two keys") };
    assert_eq!((parent.columns.as_slice(), line.columns.as_slice()), ([3].as_slice(), [1, 2].as_slice()));
    assert_eq!(parent.on_delete.map(|action| action.value), Some(Action::SetNull));
    assert_eq!(line.on_update.map(|action| action.value), Some(Action::Cascade));
    assert!(parent.deferred && !line.deferred);
    assert_eq!(parent.references[0].model.to_token_stream().to_string(), "User");
    let relations: Vec<_> = model.relations.iter().map(|relation| relation.ident.to_string()).collect();
    assert_eq!(relations, ["up", "line", "children", "posts", "profile"]);
    assert!(matches!(model.relations[1].kind, RelationKind::BelongsTo(1)));
    assert_eq!(model.relations[1].vis.to_token_stream().to_string(), "pub (crate)");
    assert!(matches!(&model.relations[4].kind, RelationKind::HasOne(path) if path.field == "user_id"));
}

#[test]
fn a_field_with_skip_is_no_column() {
    let model = model("struct A { #[column(skip)] cache: Anything, #[column(primary_key)] id: i64 }");
    assert_eq!(names(&model.skipped), ["cache"]);
    assert_eq!(names(model.columns.iter().map(|column| &column.ident)), ["id"]);
}

#[test]
fn literals_have_signs() {
    let model =
        model("struct A { #[column(primary_key)] id: i64, #[column(default = -9223372036854775808)] a: Option<i64> }");
    assert_eq!(model.columns[1].default, Some(LiteralSyntax::Int(i64::MIN)));
}

#[test]
fn mistakes_are_reported_together_and_once_each() {
    let found = mistakes(
        r#"#[table(unique(x), check(), colour = "red")]
        struct A { #[column(primary_key, lenght = 3, name = )] id: i64, #[column(scale = 1, on_delete = "cascade")] b: i64 }"#,
    );
    assert_eq!(found.len(), 7, "{found:#?}");
}

#[test]
fn enums_are_counted_as_rust_counts_them() {
    let read = |source: &str| {
        let input = syn::parse_str(source).expect("the source of an enum");
        EnumSyntax::parse(&input).unwrap_or_else(|error| panic!("{error}"))
    };
    let level =
        read(r#"#[db_enum(storage = "integer")] enum Level { A, B = -5, C, #[db_enum(label = "four")] D = 0x4 }"#);
    let codes: Vec<_> = level.variants.iter().map(|variant| variant.code).collect();
    assert_eq!(codes, [Some(0), Some(-5), Some(-4), Some(4)]);
    assert_eq!(names(level.variants.iter().map(|variant| &variant.label.value)), ["a", "b", "c", "four"]);
    // Numbers that are not stored may be anything.
    let flag = read("enum Flag { A = 1 << 2, B }");
    assert_eq!((flag.variants[0].code, flag.name.value.as_str()), (None, "flag"));
}

#[test]
fn newtypes_have_one_field() {
    let input = syn::parse_str("#[db_type(text, numeric = false)] struct Email { address: String }").expect("a struct");
    let email = NewtypeSyntax::parse(&input).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(email.field.to_token_stream().to_string(), "address");
    assert!(email.text && !email.numeric);
}
