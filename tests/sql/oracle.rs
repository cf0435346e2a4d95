//! What the versions of Oracle say otherwise, and what no other dialect does.

use crate::{
    fixture::{Cluster, Post, User},
    sheet,
};
use aludel::{
    ErrorKind,
    compile::{Dialect, StatementCache, compile},
    dialects::oracle::{OracleDialect, Version},
    prelude::*,
    schema::{MetaData, Sequence},
    statement::Statement,
    types::Value,
};
use std::num::NonZeroUsize;

const V11: Version = Version(11, 2);

fn sql(statement: impl Into<Statement>, version: Version) -> String {
    let dialect = OracleDialect::of(version);
    let sql = compile(statement.into(), &dialect).unwrap_or_else(|error| panic!("{error}")).0.sql;
    if version < Version::V23 {
        sheet::parsed(&sql, &dialect);
    }
    sql
}

#[test]
fn pages_of_rows() {
    let page = || query((User.id, Post.id)).join(User.posts).order_by(User.id).offset(20).limit(10).into_select();
    assert_eq!(
        sql(page(), Version::V19),
        "SELECT users.id, posts.id AS column_2 FROM users JOIN posts ON users.id = posts.user_id ORDER BY users.id \
         OFFSET :1 ROWS FETCH NEXT :2 ROWS ONLY"
    );
    assert_eq!(
        sql(page(), V11),
        "SELECT id, column_2 FROM (SELECT page.*, ROWNUM AS row_number_ FROM (SELECT users.id, posts.id AS column_2 FROM users \
         JOIN posts ON users.id = posts.user_id ORDER BY users.id) page WHERE ROWNUM <= :1 + :2) WHERE row_number_ > :3"
    );
    let first = || query(User.name).order_by(User.id).limit(5).into_select();
    assert_eq!(sql(first(), V11), "SELECT * FROM (SELECT users.name FROM users ORDER BY users.id) WHERE ROWNUM <= :1");
    assert_eq!(sql(first(), Version::V12_1), "SELECT users.name FROM users ORDER BY users.id FETCH FIRST :1 ROWS ONLY");
}

#[test]
fn conditions_are_no_values_before_23ai() {
    let question = || query((User.age.gt(18), User.active)).filter(User.active).into_select();
    assert_eq!(
        sql(question(), Version::V21),
        "SELECT CASE WHEN users.age > :1 THEN 1 WHEN NOT (users.age > :2) THEN 0 END, users.active FROM users WHERE users.active = 1"
    );
    assert_eq!(sql(question(), Version::V23), "SELECT users.age > :1, users.active FROM users WHERE users.active");
}

#[test]
fn rows_that_are_locked() {
    let next = || query(User).filter(User.active).limit(1).for_update().skip_locked();
    assert!(
        sql(next().into_select(), Version::V19)
            .ends_with("WHERE ROWNUM <= 1 AND users.active = 1 FOR UPDATE SKIP LOCKED")
    );
    let error = next().order_by(User.id).to_sql(&OracleDialect::V19).expect_err("a refusal");
    assert_eq!(error.kind(), ErrorKind::NotSupported);
    assert!(error.message().contains("a subquery takes"), "{error}");
}

#[test]
fn hints_stand_behind_select() {
    let hinted = query(User.id).hint("oracle", "FULL(users)").hint("mysql", "BKA(users)");
    assert_eq!(sql(hinted.into_select(), Version::V19), "SELECT /*+ FULL(users) */ users.id FROM users");
}

#[test]
fn names_that_are_too_long_for_the_server_are_refused() {
    let sequence = Sequence::new("a_sequence_of_a_name_with_more_than_thirty_bytes");
    let metadata = MetaData::new().with_sequence(sequence);
    assert!(metadata.create_all_sql(&OracleDialect::V19).is_ok());
    let error = metadata.create_all_sql(&OracleDialect::of(Version::V12_1)).expect_err("too long");
    assert_eq!(error.kind(), ErrorKind::Schema);
    assert!(error.message().contains("at most 30"), "{error}");
    assert!(metadata![Longest].create_all_sql(&OracleDialect::of(Version::V12_1)).is_err());
    assert!(metadata![Longest].create_all_sql(&OracleDialect::V19).is_ok());
}

#[derive(Model, Debug, Clone)]
#[table("longest")]
struct Longest {
    #[column(primary_key)]
    id: i64,
    a_column_of_a_name_with_more_than_thirty_bytes: i64,
}

#[test]
fn rows_come_as_arrays_of_values() -> aludel::Result<()> {
    let clusters = || ["a", "b", "c"].map(|name| Cluster { name: name.into(), ..Default::default() });
    assert_eq!(
        insert(Cluster).values(clusters()).to_sql(&OracleDialect::V19)?,
        ["INSERT INTO clusters (name) VALUES (:1)"]
    );
    assert_eq!(
        insert(Cluster).values(clusters()).returning(Cluster.id).to_sql(&OracleDialect::V19)?[0],
        "INSERT INTO clusters (name) VALUES (:1) RETURNING id INTO :2"
    );
    let upsert = insert(Cluster).values(clusters()).on_conflict(Cluster.name).do_nothing();
    assert_eq!(
        upsert.to_sql(&OracleDialect::V19)?[0],
        "MERGE INTO clusters USING (SELECT :1 AS name FROM dual) excluded ON (clusters.name = excluded.name) \
         WHEN NOT MATCHED THEN INSERT (name) VALUES (excluded.name)"
    );
    Ok(())
}

#[test]
fn long_lists_are_several() {
    let many: Vec<i64> = (0..1_500).collect();
    let sql = sql(query(User.id).filter(User.id.in_(many)).into_select(), Version::V19);
    assert_eq!(sql.matches("users.id IN (").count(), 3, "2,048 places, at most 1,000 in a list");
}

#[derive(Model, Debug, Clone, Default)]
#[table("notes")]
struct Note {
    #[column(primary_key)]
    id: i64,
    body: String,
}

/// A statement is kept for all lists of its shape.
#[test]
fn lists_of_large_texts_are_as_long_as_their_shape() {
    let among = |bodies: &[&str]| query(Note.id).filter(Note.body.in_(bodies.to_vec())).into_select();
    let three = sql(among(&["a", "b", "c"]), Version::V19);
    assert_eq!(three.matches("dbms_lob.compare(notes.body, ").count(), 4, "{three}");
    let four = among(&["a", "b", "c", "d"]);
    assert_eq!(three, sql(four.clone(), Version::V19));
    let cache = StatementCache::new(NonZeroUsize::MIN);
    cache.compile(among(&["a", "b", "c"]).into(), &OracleDialect::V19).expect("SQL");
    let values = cache.compile(four.into(), &OracleDialect::V19).expect("SQL").1;
    assert_eq!(values, ["a", "b", "c", "d"].map(|body| Value::Text(body.into())));
}

#[test]
fn empty_texts_are_refused() {
    let empty = query(User.id).filter(User.name.eq("")).into_select();
    let error = compile(empty.into(), &OracleDialect::V19).expect_err("a refusal");
    assert_eq!(error.kind(), ErrorKind::Encode);
    assert!(error.message().contains("None"), "{error}");
}

#[test]
fn names_of_old_servers_are_short() {
    assert_eq!(OracleDialect::of(V11).capabilities().max_name, 30);
    assert_eq!(OracleDialect::of(Version::V12_2).capabilities().max_name, 128);
    let error = metadata![Cluster].create_all_sql(&OracleDialect::of(V11)).expect_err("a refusal");
    assert!(error.message().contains("generated keys before 12.1"), "{error}");
}
