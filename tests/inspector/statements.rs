//! Tables made by statements that no model writes.

use crate::{DIALECTS, empty};
use aludel::{
    ErrorKind,
    schema::{
        Computed, GeneratedKey, IndexKey, IndexPart, ReferentialAction, ReflectedIndex, ReflectedKey, ReflectedTable,
        TableKind,
    },
    types::SqlType,
};

const SQLITE: &str = r#"
    CREATE TABLE "Order Lines" (
      a INTEGER, b TEXT NOT NULL DEFAULT 'it''s', "c ""q""" DECIMAL(10, 2) DEFAULT (1 + 1), d INT AS (a * 2) STORED, e,
      CONSTRAINT the_key PRIMARY KEY (b, a),
      CONSTRAINT positive CHECK (a > 0 AND b <> ')'), CHECK (d < 9), UNIQUE (a, d), CONSTRAINT one_e UNIQUE (e)
    );
    CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, parent REFERENCES counted ON DELETE SET NULL,
      a INTEGER, b TEXT,
      CONSTRAINT to_lines FOREIGN KEY (b, a) REFERENCES "Order Lines" ON DELETE CASCADE ON UPDATE RESTRICT
        DEFERRABLE INITIALLY DEFERRED,
      FOREIGN KEY (a) REFERENCES counted (id));
    CREATE UNIQUE INDEX ix_partial ON counted (a DESC, lower(b)) WHERE a > 0;
    CREATE INDEX ix_plain ON counted (b);
    CREATE VIEW big AS SELECT a, b FROM counted WHERE a > 100;
    CREATE VIRTUAL TABLE words USING fts5(word);
"#;

#[tokio::test]
async fn what_sqlite_can_say_is_read() -> aludel::Result<()> {
    let (_database, engine) = empty("sqlite").await.unwrap();
    engine.run_script(SQLITE).await?;
    let mut inspector = engine.inspect();
    let lines = inspector.table("Order Lines").await?;
    assert_eq!(lines.primary_key, Some(key(Some("the_key"), &["b", "a"])));
    assert_eq!(lines.uniques, [key(None, &["a", "d"]), key(Some("one_e"), &["e"])]);
    assert_eq!(checks(&lines), [("positive", "a > 0 AND b <> ')'"), ("", "d < 9")]);
    let [a, b, c, d, e] = &*lines.columns else { panic!("{lines:?}") };
    assert_eq!((a.nullable, &a.generated_key, a.data_type.sql_type), (true, &None, Some(SqlType::Integer)));
    assert_eq!((b.nullable, b.default.as_deref()), (false, Some("'it''s'")));
    assert_eq!((&*c.name, c.default.as_deref(), c.data_type.precision), ("c \"q\"", Some("1 + 1"), Some((10, 2))));
    assert_eq!(d.computed, Some(Computed { sql: "a * 2".into(), stored: true }));
    assert_eq!((&*e.data_type.name, e.data_type.sql_type), ("", None));

    let counted = inspector.table("counted").await?;
    assert_eq!(counted.columns[0].generated_key, Some(GeneratedKey::AutoIncrement));
    assert!(!counted.columns[0].nullable, "a rowid is never NULL");
    let keys = counted.foreign_keys.iter();
    let keys: Vec<_> =
        keys.map(|key| (key.name.as_deref(), &*key.referred_table, key.referred_columns.join(" "))).collect();
    assert_eq!(
        keys,
        [
            (None, "counted", "id".to_owned()),
            (Some("to_lines"), "Order Lines", "b a".to_owned()),
            (None, "counted", "id".to_owned())
        ]
    );
    let [parent, to_lines, _] = &*counted.foreign_keys else { panic!("{counted:?}") };
    assert_eq!((parent.on_delete, parent.on_update), (ReferentialAction::SetNull, ReferentialAction::NoAction));
    assert_eq!((to_lines.on_delete, to_lines.on_update), (ReferentialAction::Cascade, ReferentialAction::Restrict));
    assert!(to_lines.deferred && !parent.deferred);
    assert_eq!(counted.indexes, [partial(None, "lower(b)"), plain(None)]);

    let names = ["Order Lines", "counted", "words", "words_config", "words_content", "words_data", "words_docsize"];
    assert_eq!(inspector.table_names().await?[..7], names);
    assert_eq!(inspector.view_names().await?, ["big"]);
    let views = inspector.views().await?;
    assert_eq!(views[0].definition.as_deref(), Some("SELECT a, b FROM counted WHERE a > 100"));
    assert_eq!((views[0].kind, views[0].columns.len()), (TableKind::View, 2));
    assert_eq!((inspector.enums().await?.len(), inspector.sequence_names().await?.len()), (0, 0));
    assert_eq!(
        (inspector.default_schema().await?, inspector.schema_names().await?),
        ("main".into(), vec!["main".into()])
    );
    assert_eq!(inspector.tables().await?.iter().find(|table| table.name == "counted"), Some(&counted));
    Ok(())
}

#[tokio::test]
async fn an_attached_file_is_a_schema() -> aludel::Result<()> {
    let (database, _) = empty("sqlite").await.unwrap();
    let engine = crate::connect(&database.with("pool_size=1&max_overflow=0")).await?;
    engine
        .run_script(
            "ATTACH ':memory:' AS \"the app\";
             CREATE TABLE \"the app\".a (id INTEGER PRIMARY KEY);
             CREATE TABLE \"the app\".b (a_id INTEGER REFERENCES a);
             CREATE UNIQUE INDEX \"the app\".ix_b ON b (a_id);
             CREATE TABLE a (other TEXT)",
        )
        .await?;
    let mut inspector = engine.inspect().schema("the app");
    let b = inspector.table("b").await?;
    assert_eq!((b.schema.as_deref(), &*b.full_name()), (Some("the app"), "the app.b"));
    assert_eq!(b.foreign_keys[0].referred_schema.as_deref(), Some("the app"));
    assert_eq!(b.foreign_keys[0].referred_columns, ["id"]);
    assert_eq!(b.indexes[0].name, "ix_b");
    assert_eq!(inspector.schema_names().await?, ["main", "the app"]);
    assert!(engine.inspect().has_table("a").await? && !engine.inspect().has_table("b").await?);
    Ok(())
}

#[cfg(feature = "postgresql")]
const POSTGRESQL: &str = r#"
    CREATE TYPE "Mood" AS ENUM ('calm', 'it''s');
    COMMENT ON TYPE "Mood" IS 'how one feels';
    CREATE SEQUENCE tickets;
    CREATE TABLE "Order Lines" (
      a INT, b VARCHAR(9) NOT NULL DEFAULT 'it''s', "c ""q""" NUMERIC(10, 2) DEFAULT 1 + 1,
      d INT GENERATED ALWAYS AS (a * 2) STORED,
      e "Mood" DEFAULT 'calm', f TIMESTAMP(3)[], gone INT,
      CONSTRAINT the_key PRIMARY KEY (b, a),
      CONSTRAINT positive CHECK (a > 0 AND b <> ')'), CHECK (d < 9), CONSTRAINT one_e UNIQUE (e)
    );
    ALTER TABLE "Order Lines" DROP COLUMN gone;
    CREATE TABLE counted (id SERIAL PRIMARY KEY, always INT GENERATED ALWAYS AS IDENTITY, next INT DEFAULT nextval('tickets'),
      parent INT, a INT, b VARCHAR(9),
      CONSTRAINT to_lines FOREIGN KEY (b, a) REFERENCES "Order Lines" ON DELETE CASCADE ON UPDATE RESTRICT
        DEFERRABLE INITIALLY DEFERRED,
      FOREIGN KEY (parent) REFERENCES counted ON DELETE SET NULL);
    COMMENT ON TABLE counted IS 'what is counted';
    COMMENT ON COLUMN counted.parent IS 'the one above';
    CREATE UNIQUE INDEX ix_partial ON counted (a DESC, lower(b)) INCLUDE (parent) WHERE a > 0;
    CREATE INDEX ix_plain ON counted (b);
    CREATE VIEW big AS SELECT a, b FROM counted WHERE a > 100;
    CREATE MATERIALIZED VIEW kept AS SELECT a FROM counted;
    CREATE INDEX ix_kept ON kept (a);
    CREATE TABLE parts (id INT) PARTITION BY LIST (id);
"#;

#[cfg(feature = "postgresql")]
#[tokio::test]
async fn what_postgresql_can_say_is_read() -> aludel::Result<()> {
    let Some((_database, engine)) = empty("postgresql").await else { return Ok(()) };
    engine.run_script(POSTGRESQL).await?;
    let mut inspector = engine.inspect();
    let lines = inspector.table("Order Lines").await?;
    assert_eq!(lines.primary_key, Some(key(Some("the_key"), &["b", "a"])));
    assert_eq!(lines.uniques, [key(Some("one_e"), &["e"])]);
    assert_eq!(
        checks(&lines),
        [("positive", "(a > 0) AND ((b)::text <> ')'::text)"), ("Order Lines_d_check", "d < 9")]
    );
    let [a, b, c, d, e, f] = &*lines.columns else { panic!("{lines:?}") };
    assert_eq!((a.nullable, &a.generated_key, a.data_type.sql_type), (false, &None, Some(SqlType::Integer)));
    assert_eq!((b.default.as_deref(), b.data_type.length), (Some("'it''s'::character varying"), Some(9)));
    assert_eq!((&*c.name, c.default.as_deref(), c.data_type.precision), ("c \"q\"", Some("(1 + 1)"), Some((10, 2))));
    assert_eq!(d.computed, Some(Computed { sql: "(a * 2)".into(), stored: true }));
    assert_eq!((&*e.data_type.name, e.data_type.sql_type), ("\"Mood\"", None));
    assert_eq!(&*f.data_type.name, "timestamp(3) without time zone[]");
    assert_eq!(f.data_type.sql_type, Some(SqlType::Array(&SqlType::DateTime)));

    let counted = inspector.table("counted").await?;
    assert_eq!(counted.comment.as_deref(), Some("what is counted"));
    let [id, always, next, parent, ..] = &*counted.columns else { panic!("{counted:?}") };
    assert_eq!((&id.generated_key, &id.default), (&Some(GeneratedKey::Sequence("counted_id_seq".into())), &None));
    assert_eq!((&always.generated_key, &always.default), (&Some(GeneratedKey::Identity { always: true }), &None));
    assert_eq!((&next.generated_key, next.default.as_deref()), (&None, Some("nextval('tickets'::regclass)")));
    assert_eq!(parent.comment.as_deref(), Some("the one above"));
    let [to_lines, parent] = &*counted.foreign_keys else { panic!("{counted:?}") };
    assert_eq!((to_lines.name.as_deref(), &*to_lines.referred_table), (Some("to_lines"), "Order Lines"));
    assert_eq!((to_lines.columns.join(" "), to_lines.referred_columns.join(" ")), ("b a".into(), "b a".into()));
    assert_eq!((to_lines.on_delete, to_lines.on_update), (ReferentialAction::Cascade, ReferentialAction::Restrict));
    assert_eq!((parent.on_delete, &parent.referred_schema), (ReferentialAction::SetNull, &None));
    assert!(to_lines.deferred && !parent.deferred);
    assert_eq!(
        counted.indexes,
        [
            ReflectedIndex { included: vec!["parent".into()], ..partial(Some("btree"), "lower((b)::text)") },
            plain(Some("btree"))
        ]
    );

    assert_eq!(inspector.table_names().await?, ["Order Lines", "counted", "parts"]);
    assert_eq!(inspector.view_names().await?, ["big", "kept"]);
    let views = inspector.views().await?;
    assert_eq!((views[0].kind, views[1].kind), (TableKind::View, TableKind::MaterializedView));
    assert_eq!((views[0].columns.len(), &*views[1].indexes[0].name), (2, "ix_kept"));
    assert!(views[0].definition.as_deref().unwrap().ends_with("WHERE (counted.a > 100)"), "{views:?}");
    assert_eq!(inspector.sequence_names().await?, ["counted_id_seq", "tickets"]);
    let enums = inspector.enums().await?;
    assert_eq!((enums[0].name.as_str(), &*enums[0].labels), ("Mood", &["calm".to_owned(), "it's".to_owned()][..]));
    assert_eq!((enums.len(), enums[0].comment.as_deref()), (1, Some("how one feels")));
    assert_eq!(inspector.tables().await?[1], counted);

    // The same by name, from another schema.
    let name = inspector.default_schema().await?;
    assert!(inspector.schema_names().await?.contains(&name));
    let server = crate::connect(&crate::servers::server("postgresql").unwrap()).await?;
    let named = server.inspect().schema(&name).table("counted").await?;
    assert_eq!((named.schema.as_ref(), &named.columns[0]), (Some(&name), &counted.columns[0]));
    // The server tells the schema of what its search path does not find.
    assert_eq!(named.columns[2].default, Some(format!("nextval('{name}.tickets'::regclass)")));
    assert_eq!(named.foreign_keys[0].referred_schema, Some(name));
    assert!(!server.inspect().has_table("counted").await?);
    Ok(())
}

#[cfg(feature = "mysql")]
const MARIADB: &str = r#"
    CREATE TABLE `Order Lines` (
      a INT, b VARCHAR(9) NOT NULL DEFAULT 'it''s', `c ``q``` NUMERIC(10, 2) DEFAULT (1 + 1),
      d INT AS (a * 2) STORED, e ENUM('calm', 'it''s') DEFAULT 'calm', f TIMESTAMP(3) NULL, g JSON,
      h SMALLINT(3) UNSIGNED DEFAULT 7, i BOOL NOT NULL DEFAULT FALSE, j INT AS (a + 1) VIRTUAL, k MEDIUMTEXT,
      CONSTRAINT the_key PRIMARY KEY (b, a),
      CONSTRAINT positive CHECK (a > 0 AND b <> ')'), CONSTRAINT one_e UNIQUE (e, a)
    ) COMMENT 'what''s in it';
    CREATE TABLE counted (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, parent BIGINT UNSIGNED COMMENT 'the one above', a INT, b VARCHAR(9),
      CONSTRAINT to_lines FOREIGN KEY (b, a) REFERENCES `Order Lines` (b, a) ON DELETE CASCADE ON UPDATE RESTRICT,
      CONSTRAINT up FOREIGN KEY (parent) REFERENCES counted (id) ON DELETE SET NULL,
      INDEX ix_plain (b));
    CREATE UNIQUE INDEX ix_prefix ON counted (a, b(3));
    CREATE UNIQUE INDEX ix_unique ON counted (parent, b);
    CREATE INDEX ix_down ON counted (a DESC);
    CREATE VIEW big AS SELECT a, b FROM counted WHERE a > 100;
"#;

#[cfg(feature = "mysql")]
#[tokio::test]
async fn what_mysql_and_mariadb_can_say_is_read() -> aludel::Result<()> {
    for dialect in ["mariadb", "mysql"] {
        let Some((_database, engine)) = empty(dialect).await else { continue };
        engine.run_script(MARIADB).await?;
        let mut inspector = engine.inspect();
        let lines = inspector.table("Order Lines").await?;
        assert_eq!(lines.comment.as_deref(), Some("what's in it"));
        assert_eq!(lines.primary_key, Some(key(None, &["b", "a"])));
        assert_eq!(lines.uniques, [key(Some("one_e"), &["e", "a"])]);
        let [check] = &*lines.checks else { panic!("{lines:?}") };
        assert_eq!(check.name.as_deref(), Some("positive"));
        let [a, b, c, d, e, f, g, h, i, j, k] = &*lines.columns else { panic!("{lines:?}") };
        assert_eq!((a.nullable, &a.generated_key, a.data_type.sql_type), (false, &None, Some(SqlType::Integer)));
        assert_eq!((b.default.as_deref(), b.data_type.length), (Some("'it''s'"), Some(9)));
        assert_eq!((&*c.name, c.default.as_deref(), c.data_type.precision), ("c `q`", Some("(1 + 1)"), Some((10, 2))));
        assert!(matches!(&d.computed, Some(Computed { stored: true, sql }) if sql.contains("* 2")), "{d:?}");
        assert_eq!((&*e.data_type.name, e.default.as_deref()), ("enum('calm','it''s')", Some("'calm'")));
        assert_eq!((f.data_type.sql_type, &*f.data_type.name), (Some(SqlType::UtcDateTime), "timestamp(3)"));
        assert_eq!((g.data_type.sql_type, g.nullable), (Some(SqlType::Json), true));
        assert_eq!((h.data_type.sql_type, h.default.as_deref()), (Some(SqlType::SmallUnsigned), Some("7")));
        assert_eq!((i.data_type.sql_type, i.default.as_deref()), (Some(SqlType::Boolean), Some("0")));
        assert!(matches!(&j.computed, Some(Computed { stored: false, .. })), "{j:?}");
        assert_eq!((k.data_type.sql_type, &*k.data_type.name), (Some(SqlType::Text), "mediumtext"));

        let counted = inspector.table("counted").await?;
        let [id, parent, ..] = &*counted.columns else { panic!("{counted:?}") };
        assert_eq!((&id.generated_key, &id.default), (&Some(GeneratedKey::AutoIncrement), &None));
        assert_eq!(parent.comment.as_deref(), Some("the one above"));
        let [to_lines, up] = &*counted.foreign_keys else { panic!("{counted:?}") };
        assert_eq!((to_lines.name.as_deref(), &*to_lines.referred_table), (Some("to_lines"), "Order Lines"));
        assert_eq!((to_lines.columns.join(" "), to_lines.referred_columns.join(" ")), ("b a".into(), "b a".into()));
        assert_eq!((to_lines.on_delete, to_lines.on_update), (ReferentialAction::Cascade, ReferentialAction::Restrict));
        assert_eq!((up.on_delete, &up.referred_schema), (ReferentialAction::SetNull, &None));
        assert_eq!(counted.uniques, [key(Some("ix_unique"), &["parent", "b"])]);
        let column = |name: &str| IndexKey::Column(name.into());
        let part = |key, descending| IndexPart { key, descending };
        let index = |name: &str, parts, unique| ReflectedIndex {
            name: name.into(),
            parts,
            unique,
            filter: None,
            included: Vec::new(),
            method: Some("btree".into()),
        };
        let prefix = part(IndexKey::Expression("b(3)".into()), false);
        assert_eq!(
            counted.indexes,
            [
                index("ix_down", vec![part(column("a"), true)], false),
                index("ix_plain", vec![part(column("b"), false)], false),
                index("ix_prefix", vec![part(column("a"), false), prefix], true),
            ]
        );

        assert_eq!(inspector.table_names().await?, ["Order Lines", "counted"]);
        assert_eq!(inspector.view_names().await?, ["big"]);
        let views = inspector.views().await?;
        assert_eq!((views[0].kind, views[0].columns.len(), &views[0].comment), (TableKind::View, 2, &None));
        assert!(views[0].definition.as_deref().unwrap().contains("> 100"), "{views:?}");
        assert_eq!((inspector.enums().await?.len(), inspector.sequence_names().await?.len()), (0, 0));
        assert_eq!(inspector.tables().await?[1], counted);

        // The same by name, from another database.
        let name = inspector.default_schema().await?;
        assert!(inspector.schema_names().await?.contains(&name));
        let server = crate::connect(&crate::servers::server(dialect).unwrap()).await?;
        let named = server.inspect().schema(&name).table("counted").await?;
        assert_eq!((named.schema.as_ref(), &named.columns), (Some(&name), &counted.columns));
        assert_eq!(named.foreign_keys[0].referred_schema, Some(name));
        assert!(!server.inspect().has_table("counted").await?);
    }
    let Some((_database, engine)) = empty("mariadb").await else { return Ok(()) };
    engine.run_script("CREATE SEQUENCE tickets").await?;
    assert_eq!(engine.inspect().sequence_names().await?, ["tickets"]);
    assert_eq!(engine.inspect().table_names().await?, [""; 0]);
    Ok(())
}

#[tokio::test]
async fn a_missing_table_is_named_with_one_called_alike() -> aludel::Result<()> {
    for &dialect in DIALECTS {
        let Some((_database, engine)) = empty(dialect).await else { continue };
        let error = engine.inspect().table("users").await.expect_err("an empty database");
        assert_eq!((error.kind(), error.table()), (ErrorKind::UndefinedTable, Some("users")));
        assert!(error.message().contains("which has none at all"), "{error}");
        engine.run_script("CREATE TABLE users (id INTEGER); CREATE VIEW people AS SELECT * FROM users").await?;
        let error = engine.inspect().table("Usres").await.expect_err("a typo");
        assert_eq!(error.message(), "there is no table or view \"Usres\"; did you mean \"users\"?");
        let error = engine.inspect().table("orders").await.expect_err("nothing like it");
        assert_eq!(error.message(), "there is no table or view \"orders\"; there are people, users");
        let error = engine.inspect().schema("temp").table("a\"b'c").await.expect_err("an odd name");
        assert_eq!(error.kind(), ErrorKind::UndefinedTable);
    }
    Ok(())
}

#[tokio::test]
async fn a_transaction_sees_the_tables_that_it_made() -> aludel::Result<()> {
    for &dialect in DIALECTS {
        let Some((_database, engine)) = empty(dialect).await else { continue };
        if !engine.dialect().capabilities().transactional_ddl {
            println!("skipped on {dialect}: CREATE TABLE ends the transaction");
            continue;
        }
        let mut transaction = engine.begin().await?;
        transaction.run_script("CREATE TABLE t (id INTEGER)").await?;
        assert!(transaction.inspect().has_table("t").await?);
        assert_eq!(transaction.inspect().table("t").await?.columns.len(), 1);
        transaction.rollback().await?;
        assert!(!engine.inspect().has_table("t").await?);
    }
    Ok(())
}

fn key(name: Option<&str>, columns: &[&str]) -> ReflectedKey {
    ReflectedKey { name: name.map(str::to_owned), columns: columns.iter().map(|&name| name.to_owned()).collect() }
}

fn checks(table: &ReflectedTable) -> Vec<(&str, &str)> {
    table.checks.iter().map(|check| (check.name.as_deref().unwrap_or_default(), check.sql.as_str())).collect()
}

fn partial(method: Option<&str>, expression: &str) -> ReflectedIndex {
    let column = IndexPart { key: IndexKey::Column("a".into()), descending: true };
    let expression = IndexPart { key: IndexKey::Expression(expression.into()), descending: false };
    let parts = vec![column, expression];
    let method = method.map(str::to_owned);
    let filter = Some("a > 0".into());
    ReflectedIndex { name: "ix_partial".into(), parts, unique: true, filter, included: Vec::new(), method }
}

fn plain(method: Option<&str>) -> ReflectedIndex {
    let parts = vec![IndexPart { key: IndexKey::Column("b".into()), descending: false }];
    let method = method.map(str::to_owned);
    ReflectedIndex { name: "ix_plain".into(), parts, unique: false, filter: None, included: Vec::new(), method }
}
