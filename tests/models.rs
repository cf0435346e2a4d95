//! What the derive macros make of structs and enums.

#![allow(missing_docs)]

use aludel::{
    DbEnum, DbType, ErrorKind, Model,
    schema::{ColumnTarget, Literal, ReferentialAction, ServerDefault, Table as _},
    types::{EnumStorage, Field, SqlType, Value, ValueRow},
};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("clusters", comment = "Where users live")]
#[has_many(users: User.cluster_id)]
pub struct Cluster {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 30, unique = "uq_cluster_name")]
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("users", schema = "app", index(name = "ix_users_both", unique, columns(name, mood)), check("length(name) > 0"))]
struct User {
    #[column(primary_key)]
    id: UserId,
    #[column(length = 50)]
    name: String,
    #[column(name = "e_mail", default = "none@example.org", index)]
    email: Option<Email>,
    #[column(foreign_key = Cluster.id, relation = cluster, on_delete = "set null")]
    cluster_id: Option<i64>,
    #[column(foreign_key = Self.id, relation = boss)]
    boss_id: Option<UserId>,
    #[column(server_default = "calm")]
    mood: Option<Mood>,
    r#type: Level,
    #[column(sql_type = "citext", server_default = sql("'x'"))]
    nick: String,
    #[column(skip)]
    cached: Vec<u8>,
}

#[derive(DbType, Debug, Clone, Copy, Default, PartialEq)]
#[db_type(numeric)]
struct UserId(i64);

#[derive(DbType, Debug, Clone, PartialEq)]
#[db_type(text)]
struct Email {
    address: String,
}

#[derive(DbEnum, Debug, Clone, Copy, PartialEq)]
enum Mood {
    Calm,
    #[db_enum(label = "ANGRY")]
    Angry,
}

#[derive(DbEnum, Debug, Clone, Copy, Default, PartialEq)]
#[db_enum(storage = "integer", name = "level")]
enum Level {
    #[default]
    Low = -1,
    Middle,
    High = 10,
}

#[test]
fn a_table_is_described() {
    let table = User::table();
    assert_eq!((&*table.name, table.schema.as_deref()), ("users", Some("app")));
    let names: Vec<&str> = table.columns.iter().map(|column| &*column.name).collect();
    assert_eq!(names, ["id", "name", "e_mail", "cluster_id", "boss_id", "mood", "type", "nick"]);
    let [id, name, email, cluster_id, boss_id, mood, level, nick] = &*table.columns else { panic!("{table:?}") };
    assert!(id.autoincrement && !id.nullable && id.sql_type == SqlType::BigInt);
    assert_eq!((name.sql_type, name.length, name.nullable), (SqlType::Text, Some(50), false));
    assert_eq!(email.default, Some(Literal::Text("none@example.org".into())));
    assert!(email.nullable && cluster_id.nullable && boss_id.nullable && !cluster_id.autoincrement);
    assert_eq!(mood.server_default, Some(ServerDefault::Literal(Literal::Text("calm".into()))));
    assert!(
        matches!(level.sql_type, SqlType::Enum(def) if def.storage == EnumStorage::Integer && *def.codes == [-1, 0, 10])
    );
    assert_eq!(nick.sql_type, SqlType::Custom("citext"));
    assert_eq!(nick.server_default, Some(ServerDefault::Sql("'x'".into())));
    assert_eq!(*table.primary_key, [0]);
    let [cluster, boss] = &*table.foreign_keys else { panic!("{table:?}") };
    assert_eq!(cluster.on_delete, Some(ReferentialAction::SetNull));
    let named = ColumnTarget::Named { schema: None, table: "clusters".into(), column: "id".into() };
    assert_eq!(cluster.references[0], named);
    assert_eq!(format!("{:?}", boss.references[0]), "app.users.id");
    assert_eq!(table.indexes.len(), 2);
    assert_eq!(*table.indexes[1].columns, [1, 5]);
    assert!(table.indexes[1].unique && !table.indexes[0].unique);
    assert_eq!(Cluster::table().uniques[0].name.as_deref(), Some("uq_cluster_name"));
    assert_eq!(Cluster::table().comment.as_deref(), Some("Where users live"));
}

#[test]
fn the_value_holds_columns_and_relations() {
    assert_eq!(User.email.column_ref().name(), "e_mail");
    let boss = User.alias("boss");
    assert_eq!(format!("{:?}", boss.r#type), "boss.type");
    assert_eq!(boss.table_ref().alias, Some("boss"));
    let ends = boss.boss.ends().expect("a relation");
    assert_eq!(format!("{:?}", ends.steps[0].pairs), "[(boss.boss_id, users.id)]");
    let ends = Cluster.users.ends().expect("a relation");
    assert_eq!(format!("{:?}", ends.steps[0].pairs), "[(clusters.id, users.cluster_id)]");
    let ends = User.cluster.ends().expect("a relation");
    assert_eq!(format!("{:?}", ends.steps[0].pairs), "[(users.cluster_id, clusters.id)]");
}

fn row() -> Vec<Value> {
    let mood = match Field::to_value(&Mood::Angry) {
        Value::Enum(_, label) => Value::Text(label.into()),
        other => panic!("{other:?}"),
    };
    vec![
        Value::Int(7),
        Value::Text("sb".into()),
        Value::Text("sb@example.org".into()),
        Value::Null(SqlType::BigInt),
        Value::Int(1),
        mood,
        Value::Int(10),
        Value::Text("s".into()),
    ]
}

#[test]
fn rows_become_models_and_fields_become_values() {
    let mut values = vec![Value::Bool(true)];
    values.extend(row());
    let mut user = User::decode(&ValueRow(&values), 1).expect("a user");
    let expected = User {
        id: UserId(7),
        name: "sb".into(),
        email: Some(Email { address: "sb@example.org".into() }),
        cluster_id: None,
        boss_id: Some(UserId(1)),
        mood: Some(Mood::Angry),
        r#type: Level::High,
        nick: "s".into(),
        cached: Vec::new(),
    };
    assert_eq!(user, expected);
    assert_eq!(user.field(6).to_value(), Value::Int(10));
    user.field_mut(0).read(&ValueRow(&[Value::Int(8)]), 0).expect("an id");
    assert_eq!(user.id, UserId(8));
    assert!(!user.field(0).same(expected.field(0)) && user.field(5).same(expected.field(5)));
}

#[test]
fn a_value_that_does_not_fit_is_named_by_table_and_column() {
    let mut values = row();
    values[2] = Value::Int(5);
    let error = User::decode(&ValueRow(&values), 0).expect_err("a number as a text");
    assert_eq!((error.kind(), error.table(), error.column()), (ErrorKind::Decode, Some("app.users"), Some("e_mail")));
    values = row();
    values[0] = Value::Null(SqlType::BigInt);
    let error = User::decode(&ValueRow(&values), 0).expect_err("a key that is NULL");
    assert!(error.to_string().ends_with("(column app.users.id)"), "{error}");
}

#[test]
#[should_panic(expected = "the table app.users has 8 columns, and none at position 8")]
fn a_position_that_does_not_exist_panics() {
    User::default().field(8);
}

#[test]
fn enums_list_what_they_know() {
    let wrong = [Value::Text("happy".into()), Value::Int(3)];
    let error = <Mood as Field>::decode(&ValueRow(&wrong), 0).expect_err("no mood");
    assert_eq!(error.message(), r#""happy" is no value of the enum mood; its values are "calm", "ANGRY""#);
    let error = <Option<Level> as Field>::decode(&ValueRow(&wrong), 1).expect_err("no level");
    assert_eq!(error.message(), "3 is no value of the enum level; its values are -1 (low), 0 (middle), 10 (high)");
    assert!(Field::same(&Level::Low, &Level::Low) && !Field::same(&Level::Low, &Level::Middle));
    let SqlType::Enum(def) = Mood::SQL_TYPE else { panic!("{:?}", Mood::SQL_TYPE) };
    assert_eq!((def.storage, &*def.name), (EnumStorage::Text, "mood"));
    assert_eq!(Literal::Text("high".into()).to_value(Level::SQL_TYPE), Some(Value::Int(10)));
}
