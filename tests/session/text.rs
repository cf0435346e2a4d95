//! Queries in SQL text.

use crate::{
    DIALECT,
    database::{Log, capabilities, file, keys_follow_rows, skipped},
    models::{Author, Post, author, post},
};
use aludel::{ErrorKind, prelude::*};

async fn library() -> aludel::Result<Engine> {
    let engine = file().await;
    let mut session = engine.session();
    session.add_all(["Alice", "Bob"].map(author));
    session.add_all([post(1, "one"), post(1, "two"), post(2, "three")]);
    session.commit().await?;
    Ok(engine)
}

#[tokio::test]
async fn values_are_read_by_position() -> aludel::Result<()> {
    if DIALECT == "oracle" {
        return skipped("no GROUP BY of positions");
    }
    let engine = library().await?;
    let tally = text(
        "SELECT name, count(*) FROM authors a JOIN posts ON author_id = a.id WHERE a.id < :max GROUP BY 1 ORDER BY 1",
    )
    .bind("max", 9)
    .rows::<(String, i64)>();
    assert_eq!(tally.clone().on(&engine).all().await?, [("Alice".into(), 2), ("Bob".into(), 1)]);
    assert_eq!(tally.clone().on(&engine).first().await?, Some(("Alice".into(), 2)));
    assert_eq!(tally.on(&engine).one().await.unwrap_err().kind(), ErrorKind::MultipleRows);
    let email =
        |name: &str| text("SELECT email FROM authors WHERE name = :name").bind("name", name).rows::<Option<String>>();
    let mut session = engine.session();
    assert_eq!(email("Alice").on(&mut session).one().await?, None);
    assert_eq!(email("Nobody").on(&mut session).one_or_none().await?, None);
    assert_eq!(email("Nobody").on(&mut session).one().await.unwrap_err().kind(), ErrorKind::NotFound);
    let mut transaction = engine.begin().await?;
    assert_eq!(text("SELECT 1").rows::<i32>().on(&mut transaction).one().await?, 1);
    transaction.rollback().await
}

#[tokio::test]
async fn models_are_read_by_the_names_of_their_columns() -> aludel::Result<()> {
    let engine = library().await?;
    let sql = "SELECT 1 AS extra, age, status, role, email, NAME, id FROM authors WHERE id = :id";
    let alice: Author = query(Author).from_statement(text(sql).bind("id", 1)).on(&engine).one().await?;
    assert_eq!(Some(alice), query(Author).filter_by(Author.id, 1).on(&engine).first().await?);

    let pairs = text("SELECT p.*, a.* FROM posts p JOIN authors a ON a.id = p.author_id ORDER BY p.id DESC");
    let pairs: Vec<(Post, Author)> = query((Post, Author)).from_statement(pairs).on(&engine).all().await?;
    let pairs: Vec<_> = pairs.iter().map(|(post, author)| (post.id, author.id, author.name.as_str())).collect();
    assert_eq!(pairs, [(3, 2, "Bob"), (2, 1, "Alice"), (1, 1, "Alice")], "the second id is the second model's");

    let tree = query(Author).with(Author.posts).from_statement(text("SELECT * FROM authors ORDER BY id DESC"));
    let tree: Vec<(Author, Vec<Post>)> = tree.on(&engine).all().await?;
    assert_eq!((tree[0].1.len(), tree[1].1.len()), (1, 2));

    let labelled = query((Author.name, func::count_all().label("posts")));
    let counted =
        labelled.from_statement(text("SELECT 7 AS posts, name FROM authors ORDER BY id")).on(&engine).first().await?;
    assert_eq!(counted, Some(("Alice".into(), 7)));
    Ok(())
}

#[tokio::test]
async fn mistakes_are_explained() -> aludel::Result<()> {
    let engine = library().await?;
    let error = |error: aludel::Error| (error.kind(), error.message().to_owned());
    let missing =
        query(Author).from_statement(text("SELECT id, name FROM authors")).on(&engine).all().await.unwrap_err();
    assert_eq!((missing.table(), missing.column()), (Some("authors"), Some("email")));
    assert_eq!(error(missing), (ErrorKind::Decode, "the text yields no column email; it yields id, name".into()));
    let wide = text("SELECT id, name FROM authors").rows::<i64>().on(&engine).all().await.unwrap_err();
    assert_eq!(error(wide), (ErrorKind::Decode, "the text yields 2 columns, and the Rust type reads 1".into()));
    let narrow = text("SELECT id FROM authors").rows::<(i64, i64)>().on(&engine).all().await.unwrap_err();
    assert_eq!(narrow.kind(), ErrorKind::Decode);
    let null = text("SELECT id, email FROM authors").rows::<(i64, String)>().on(&engine).all().await.unwrap_err();
    assert_eq!((null.kind(), null.column()), (ErrorKind::Decode, Some("email")));
    let unbound = text("SELECT id FROM authors WHERE id = :id").rows::<i64>().on(&engine).all().await.unwrap_err();
    assert_eq!(unbound.kind(), ErrorKind::Statement);
    let filtered = query(Author).filter_by(Author.id, 1).from_statement(text("SELECT * FROM authors"));
    let filtered = filtered.on(&engine).all().await.unwrap_err();
    assert!(filtered.kind() == ErrorKind::Statement && filtered.message().contains("from_statement"), "{filtered}");
    let nameless = query(func::count_all()).from_statement(text("SELECT count(*) FROM authors"));
    assert!(nameless.on(&engine).all().await.unwrap_err().message().contains(".label("));
    let broken = text("SELEC 1").rows::<i64>().on(&engine).all().await.unwrap_err();
    assert_eq!((broken.kind(), broken.sql()), (ErrorKind::Database, Some("SELEC 1")));
    Ok(())
}

#[tokio::test]
async fn in_a_session_it_flushes_and_joins_the_transaction() -> aludel::Result<()> {
    if DIALECT == "oracle" {
        return skipped("no VALUES of several rows");
    }
    let engine = library().await?;
    let mut session = engine.session();
    assert_eq!(text("SELECT count(*) FROM authors").rows::<i64>().on(&mut session).one().await?, 2);
    assert!(!session.in_transaction(), "reading needs none");
    session.add(author("Carol"));
    assert_eq!(text("SELECT count(*) FROM authors").rows::<i64>().on(&mut session).one().await?, 3);
    session.rollback().await?;

    if !capabilities(&engine).returning {
        return skipped("an INSERT returns nothing");
    }
    let log = Log::start();
    let insert = text("INSERT INTO authors (name, age) VALUES ('Dave', 1), ('Eve', 2) RETURNING id, name");
    let inserted = insert.rows::<(i64, String)>().on(&mut session).first().await?;
    // Carol's key is used again where keys follow the rows.
    let key = if keys_follow_rows(&engine) { 3 } else { 4 };
    assert_eq!(inserted, Some((key, "Dave".into())));
    assert_eq!(log.take()[0], "BEGIN");
    assert!(session.in_transaction());
    assert_eq!(query(Author).on(&engine).count().await?, 2);
    session.commit().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 4, "all of its rows, also those that were not read");
    Ok(())
}
