//! CREATE and DROP.

// Two constraints may well share a column.
#![allow(clippy::duplicated_attributes)]

use crate::{
    servers::Database,
    sheet::{DIALECTS, kept, parsed},
};
use aludel::{
    DbEnum, ErrorKind,
    compile::KeyActions,
    dialects::sqlite::SqliteDialect,
    engine::Engine,
    prelude::*,
    schema::{MetaData, NamingConvention},
    types::Json,
};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use rust_decimal::Decimal;

#[derive(DbEnum, Debug, Clone, Copy, Default, PartialEq)]
enum Mood {
    #[default]
    Calm,
    #[db_enum(label = "it's \"fine\"")]
    Fine,
}

#[derive(DbEnum, Debug, Clone, Copy, Default, PartialEq)]
#[db_enum(storage = "integer")]
enum Level {
    #[default]
    Low = -1,
    High = 10,
}

/// Every type.
#[derive(Model, Debug, Clone, Default)]
#[table("types", comment = "SQLite keeps no comments")]
struct Types {
    #[column(primary_key)]
    id: i64,
    truth: bool,
    tiny: i8,
    small: i16,
    medium: i32,
    unsigned_tiny: u8,
    unsigned_small: u16,
    unsigned: u32,
    unsigned_big: u64,
    single: f32,
    double: f64,
    #[column(precision = 12, scale = 3)]
    money: Decimal,
    #[column(length = 50)]
    short: String,
    long: Option<String>,
    bytes: Vec<u8>,
    day: NaiveDate,
    time: NaiveTime,
    moment: NaiveDateTime,
    instant: Option<DateTime<Utc>>,
    uuid: uuid::Uuid,
    json: Json<Vec<i64>>,
    mood: Mood,
    level: Level,
    #[column(sql_type = "CHAR(9)")]
    custom: String,
}

/// Every constraint, with and without a name.
#[derive(Model, Debug, Clone, Default)]
#[table(
    "accounts",
    unique(columns(name, mood)),
    unique(name = "uq_by_hand", columns(mood, owner_id)),
    index(columns(owner_id, mood)),
    index(name = "ix_by_hand", unique, columns(mood)),
    check("length(name) > 2"),
    check(name = "ck_by_hand", "balance >= 0")
)]
struct Account {
    #[column(primary_key, length = 20)]
    region: String,
    #[column(primary_key)]
    number: i64,
    #[column(unique, length = 20)]
    name: String,
    #[column(index)]
    mood: Mood,
    #[column(foreign_key = Owner.id, on_delete = "cascade", on_update = "set null")]
    owner_id: Option<i64>,
    #[column(check = "balance > -0.00 OR balance IS NULL", precision = 10, scale = 2, server_default = "1.5")]
    balance: Decimal,
    #[column(server_default = 3, check = "retries < 100")]
    retries: i32,
    #[column(server_default = true)]
    active: bool,
    #[column(server_default = "it's new")]
    note: Option<String>,
    #[column(server_default = "it's \"fine\"")]
    first_mood: Mood,
    #[column(server_default = sql("CURRENT_TIMESTAMP"))]
    created: Option<NaiveDateTime>,
}

#[derive(Model, Debug, Clone, Default)]
#[table("owners")]
struct Owner {
    #[column(primary_key)]
    id: i64,
}

/// Names that must be quoted.
#[derive(Model, Debug, Clone, Default)]
#[table("Order")]
struct Order {
    #[column(primary_key, name = "select")]
    select: i64,
    #[column(name = "fullName", unique, length = 100)]
    full_name: String,
    #[column(name = "with \"quotes\"")]
    quoted: Option<String>,
    #[column(name = "größe", index)]
    size: i64,
    group: Option<i64>,
    #[column(name = "2nd")]
    second: i64,
    #[column(foreign_key = Self.select)]
    parent: Option<i64>,
}

/// A key that is checked at the commit.
#[derive(Model, Debug, Clone, Default)]
#[table("pages")]
struct Page {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Self.id, deferred)]
    next_id: Option<i64>,
}

/// Two tables that refer to each other.
#[derive(Model, Debug, Clone, Default)]
#[table("chickens")]
struct Chicken {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Egg.id)]
    egg_id: Option<i64>,
}

#[derive(Model, Debug, Clone, Default)]
#[table("eggs")]
struct Egg {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Chicken.id)]
    chicken_id: Option<i64>,
}

/// Creates and drops the tables in each dialect, and keeps the SQL.
async fn created(metadata: MetaData, name: &str) {
    for &dialect in DIALECTS {
        let capabilities = dialect.capabilities();
        let create = match metadata.create_all_sql(dialect) {
            Err(error) if capabilities.key_actions == KeyActions::OnDelete && error.message().contains("ON UPDATE") => {
                println!("skipped on {}: {error}", dialect.name());
                continue;
            }
            Err(error) if !capabilities.deferrable_keys && error.message().contains("deferred") => {
                println!("skipped on {}: {error}", dialect.name());
                continue;
            }
            create => create.expect("SQL"),
        };
        let drop = metadata.drop_all_sql(dialect).expect("SQL");
        // The parser knows no types of two words, no quotes within a quoted name, and no word as a pragma's value.
        parsed(&create.replace(" UNSIGNED", "").replace("INTERVAL DAY(1) TO SECOND(6)", "INTERVAL"), dialect);
        parsed(&drop.replace("= ON", "= 1"), dialect);
        kept(name, dialect, &format!("{create}{drop}"));
        let Some(database) = Database::of(dialect.name()).await else { continue };
        let engine = crate::connect(database.url()).await.expect("an engine");
        // The server may be of another version than that of the snapshot.
        let create = match metadata.create_all_sql(engine.dialect()) {
            Err(error) if error.kind() == ErrorKind::NotSupported => {
                println!("not run, since the server is another than the dialect's: {error}");
                continue;
            }
            create => create.expect("SQL"),
        };
        metadata.create_all(&engine).await.expect("tables");
        metadata.create_all(&engine).await.expect("the same tables");
        metadata.drop_all(&engine).await.expect("no tables");
        engine.run_script(&create).await.expect("the script creates");
        let mut transaction = engine.begin().await.expect("a transaction");
        transaction.run_script(&drop).await.expect("the script drops");
        transaction.commit().await.expect("nothing is left to refer to");
    }
}

#[tokio::test]
async fn every_type() {
    created(metadata![Types], "ddl_types").await;
}

#[tokio::test]
async fn every_constraint() {
    created(metadata![Account, Owner], "ddl_constraints").await;
}

#[tokio::test]
async fn names_that_must_be_quoted() {
    created(metadata![Order], "ddl_quoted").await;
}

#[tokio::test]
async fn deferred_keys() {
    created(metadata![Page], "ddl_deferred").await;
}

#[tokio::test]
async fn cycles() {
    created(metadata![Chicken, Egg], "ddl_cycles").await;
}

#[tokio::test]
async fn a_naming_convention_of_ones_own() {
    let naming = NamingConvention {
        primary_key: "{table}_pkey".into(),
        unique: "{table}_{columns}_key".into(),
        foreign_key: "{table}_{columns}_fkey".into(),
        check: "{table}_{columns}_check".into(),
        index: "{table}_{columns}_idx".into(),
    };
    created(metadata![Account, Owner].naming(naming), "ddl_naming").await;
}

/// Reserved and mixed-case names work in every statement.
#[tokio::test]
async fn quoted_names_are_read_and_written() {
    for dialect in DIALECTS {
        let Some(database) = Database::of(dialect.name()).await else { continue };
        quoted_names(&crate::connect(database.url()).await.expect("an engine")).await;
    }
}

async fn quoted_names(engine: &Engine) {
    metadata![Order].create_all(engine).await.expect("a table");
    let mut session = engine.session();
    session.add(Order { full_name: "Ada".into(), quoted: Some("q".into()), size: 5, second: 2, ..Order::default() });
    session.commit().await.expect("a row");
    let found =
        query(Order).filter(Order.select.eq(1) & Order.size.gt(Order.second)).on(engine).one().await.expect("a row");
    assert_eq!((found.full_name.as_str(), found.quoted.as_deref()), ("Ada", Some("q")));
    query(Order)
        .filter(Order.quoted.eq("q"))
        .on(engine)
        .update((Order.group.set(7), Order.second.set(3)))
        .await
        .expect("an update");
    assert_eq!(query((Order.group, Order.second)).on(engine).one().await.expect("a row"), (Some(7), 3));
}

/// What the server fills in is what the attribute says, a decimal's scale included, and constraints hold.
#[tokio::test]
async fn defaults_and_constraints_hold() {
    for dialect in DIALECTS {
        let Some(database) = Database::of(dialect.name()).await else { continue };
        constraints_hold(&crate::connect(database.url()).await.expect("an engine")).await;
    }
}

async fn constraints_hold(engine: &Engine) {
    let dialect = engine.dialect().name();
    // What a type of the server's own refuses is no matter of a constraint.
    let by_length = if dialect == "sqlite" { ErrorKind::CheckViolation } else { ErrorKind::Encode };
    let by_type = if dialect == "postgresql" { ErrorKind::Database } else { ErrorKind::CheckViolation };
    if engine.dialect().capabilities().key_actions == KeyActions::OnDelete {
        return println!("skipped on {dialect}: its foreign keys have no ON UPDATE");
    }
    metadata![Account, Owner].create_all(engine).await.expect("tables");
    engine
        .run_script("INSERT INTO accounts (region, number, name, mood) VALUES ('eu', 1, 'first', 'calm')")
        .await
        .expect("a row");
    let account = query(Account).on(engine).one().await.expect("a row");
    assert_eq!(account.balance, Decimal::new(150, 2));
    assert_eq!((account.retries, account.active, account.note.as_deref()), (3, true, Some("it's new")));
    assert_eq!((account.first_mood, account.created.is_some()), (Mood::Fine, true));
    for (wrong, kind) in [
        (
            "INSERT INTO accounts (region, number, name, mood) VALUES ('eu', 1, 'other', 'calm')",
            ErrorKind::UniqueViolation,
        ),
        ("INSERT INTO accounts (region, number, name, mood) VALUES ('eu', 2, 'ab', 'calm')", ErrorKind::CheckViolation),
        (
            "INSERT INTO accounts (region, number, name, mood) VALUES ('eu', 2, 'other', 'happy')",
            ErrorKind::CheckViolation,
        ),
        ("INSERT INTO accounts (region, number, name) VALUES ('eu', 2, 'other')", ErrorKind::NotNullViolation),
        ("UPDATE accounts SET active = 2", by_type),
        ("UPDATE accounts SET name = 'ééééééééééééééééééééé'", by_length),
        ("UPDATE accounts SET retries = 100", ErrorKind::CheckViolation),
        ("UPDATE accounts SET owner_id = 5", ErrorKind::ForeignKeyViolation),
    ] {
        assert_eq!(engine.run_script(wrong).await.expect_err(wrong).kind(), kind, "{wrong}");
    }
}

/// A schema is an attached database: keys stay inside it, and an index is made in it.
#[tokio::test]
async fn schemas() {
    #[derive(Model, Debug, Clone, Default)]
    #[table("parents", schema = "side")]
    struct Parent {
        #[column(primary_key)]
        id: i64,
    }
    #[derive(Model, Debug, Clone, Default)]
    #[table("children", schema = "side")]
    struct Child {
        #[column(primary_key)]
        id: i64,
        #[column(foreign_key = Parent.id, index)]
        parent_id: Option<i64>,
    }
    let metadata = metadata![Parent, Child];
    for &dialect in DIALECTS {
        let create = metadata.create_all_sql(dialect).expect("SQL");
        kept("ddl_schemas", dialect, &create);
    }
    let engine = create_engine("sqlite://").expect("a URL").connect().await.expect("an engine");
    engine.run_script("ATTACH ':memory:' AS side").await.expect("a second database");
    metadata.create_all(&engine).await.expect("tables");
    let mut session = engine.session();
    session.add(Parent { id: 1 });
    session.flush().await.expect("a parent");
    session.add(Child { id: 1, parent_id: Some(1) });
    session.commit().await.expect("a child");
    assert_eq!(query(Child).filter(Child.parent_id.eq(1)).on(&engine).count().await.expect("a count"), 1);
}

#[test]
fn what_cannot_be_kept_is_refused() {
    #[derive(Model, Debug, Clone, Default)]
    #[table("exact")]
    struct Unscaled {
        #[column(primary_key)]
        id: i64,
        amount: Decimal,
    }
    #[derive(Model, Debug, Clone, Default)]
    #[table("exact")]
    struct Large {
        #[column(primary_key)]
        id: i64,
        #[column(precision = 28, scale = 2)]
        amount: Decimal,
    }
    let message = |metadata: MetaData| metadata.create_all_sql(&SqliteDialect).expect_err("an error").to_string();
    assert_eq!(
        message(metadata![Unscaled]),
        "not supported: sqlite keeps decimals as integers of a known scale; say it: #[column(precision = 18, scale = 2)] \
         (column exact.amount)"
    );
    assert_eq!(
        message(metadata![Large]),
        "not supported: sqlite would round decimals of 28 digits; it keeps at most 18 (column exact.amount)"
    );
    #[derive(Model, Debug, Clone, Default)]
    #[table("unrelated")]
    #[has_many(owners: Owner.id)]
    struct Unrelated {
        #[column(primary_key)]
        id: i64,
    }
    assert_eq!(
        message(metadata![Unrelated, Owner]),
        "schema error: the relation Unrelated.owners leads nowhere: the relation between unrelated and owners rests on owners.id, a column without a foreign key to unrelated; name the \
         column that refers to Unrelated, or give this one #[column(foreign_key = Unrelated.…)]"
    );
    assert_eq!(
        message(metadata![Chicken]),
        "schema error: a foreign key refers to eggs.id, and the table eggs is not in the metadata; add its model (table chickens)"
    );
}

/// A check in SQL sees a decimal as the integer that SQLite keeps.
#[test]
fn checks_of_decimals_compare_like_with_like() {
    use aludel::schema::{Model as _, TableDef};
    #[derive(Model, Debug, Clone, Default)]
    #[table("prices")]
    struct Price {
        #[column(primary_key)]
        id: i64,
        #[column(precision = 10, scale = 2)]
        net: Decimal,
        #[column(precision = 10, scale = 2)]
        gross: Decimal,
        #[column(precision = 10, scale = 4)]
        rate: Decimal,
        #[column(precision = 10, scale = 0)]
        points: Decimal,
        pieces: i32,
        state: String,
    }
    let answer = |sql: &'static str| {
        let check = aludel::schema::CheckDef { name: None, sql: sql.into(), column: None };
        let table = TableDef { checks: vec![check].into(), ..Price::table().clone() };
        MetaData::new().with_table(std::borrow::Cow::Owned(table)).create_all_sql(&SqliteDialect)
    };
    for sql in ["net > 0", "net <= gross OR state = 'only 5 left'", "prices.net >= 0.00", "points < 100 AND pieces > 2"]
    {
        answer(sql).unwrap_or_else(|error| panic!("{error}"));
    }
    for sql in
        ["net > 5", "NET < 0.5", "net < rate", "net > points", "net > pieces", "net * gross > 0", "\"net\" < 1e3"]
    {
        let error = answer(sql).expect_err(sql);
        assert_eq!((error.kind(), error.column()), (ErrorKind::NotSupported, Some("net")), "{error}");
    }
}

#[test]
fn checks_without_a_name_get_different_ones() {
    use aludel::schema::{CheckDef, Model as _, TableDef};
    let check = |sql: &'static str| CheckDef { name: None, sql: sql.into(), column: Some(0) };
    let table = TableDef { checks: vec![check("id > 0"), check("id < 9")].into(), ..Owner::table().clone() };
    let sql = MetaData::new().with_table(std::borrow::Cow::Owned(table)).create_all_sql(&SqliteDialect).expect("SQL");
    assert!(sql.contains("ck_owners_id CHECK (id > 0)") && sql.contains("ck_owners_id_2 CHECK (id < 9)"), "{sql}");
}
