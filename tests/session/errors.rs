//! What errors say.

use crate::{
    DIALECT,
    database::{capabilities, memory, widen_age},
    models::{Author, Folder, Post, Profile, author, post},
};
use aludel::{
    Error, ErrorKind,
    prelude::*,
    session::{Handle, Session, State},
};

type Place<'a> = (ErrorKind, Option<&'a str>, Option<&'a str>, Option<&'a str>);

fn place(error: &Error) -> Place<'_> {
    (error.kind(), error.table(), error.column(), error.constraint())
}

async fn failed(session: &mut Session) -> Error {
    let error = session.flush().await.unwrap_err();
    session.rollback().await.unwrap();
    error
}

#[tokio::test]
async fn constraints_are_told_by_kind_and_place() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    let bob = session.add(author("Bob"));
    session.commit().await?;
    let column = |name: &'static str| capabilities(&engine).names_columns.then_some(name);
    let named = |name: &'static str| capabilities(&engine).names_constraints.then_some(name);

    session[bob].name = "Alice".into();
    let unique = failed(&mut session).await;
    let uq = named("uq_authors_name");
    assert_eq!(place(&unique), (ErrorKind::UniqueViolation, Some("authors"), column("name"), uq));
    assert!(unique.sql().is_some_and(|sql| sql.starts_with("UPDATE authors")));

    session.add(Author { id: 1, ..author("Carol") });
    // Primary keys have no names of their own on MySQL.
    let pk = match DIALECT {
        "oracle" => None, // H2 does not name it
        "postgresql" => named("pk_authors"),
        _ => named("PRIMARY"),
    };
    assert_eq!(place(&failed(&mut session).await), (ErrorKind::UniqueViolation, Some("authors"), column("id"), pk));

    session[alice].age = -1;
    assert_eq!(
        place(&failed(&mut session).await),
        (ErrorKind::CheckViolation, Some("authors"), None, Some("ck_authors_age"))
    );
    session.add(Author { age: -1, ..author("Carol") });
    assert_eq!(
        place(&failed(&mut session).await),
        (ErrorKind::CheckViolation, Some("authors"), None, Some("ck_authors_age"))
    );

    session.add(post(77, "nobody's"));
    // Oracle names the constraint alone.
    let author_id = named("author_id").filter(|_| DIALECT != "oracle");
    let fk = named("fk_posts_author_id_authors");
    assert_eq!(place(&failed(&mut session).await), (ErrorKind::ForeignKeyViolation, Some("posts"), author_id, fk));

    session.add(post(1, "Alice's"));
    session.flush().await?;
    session.delete(alice)?;
    // A server that names the key names the table that has it.
    let table = if named("").is_some() && DIALECT != "oracle" { "posts" } else { "authors" };
    assert_eq!(place(&failed(&mut session).await), (ErrorKind::ForeignKeyViolation, Some(table), None, fk));

    let insert = text("INSERT INTO authors (name, age) VALUES (NULL, 1)");
    let not_null = session.execute(insert).await.unwrap_err();
    assert_eq!(place(&not_null), (ErrorKind::NotNullViolation, column("authors"), Some("name"), None));
    Ok(())
}

#[tokio::test]
async fn decode_errors_name_table_and_column() -> aludel::Result<()> {
    let engine = memory().await;
    widen_age(&engine).await?;
    engine.run_script("INSERT INTO authors VALUES (1, 'Alice', NULL, NULL, NULL, 5000000000)").await?;
    engine
        .run_script(match DIALECT {
            "sqlite" => "INSERT INTO folders VALUES (1, NULL, x'00')",
            "mariadb" | "mysql" => {
                "ALTER TABLE folders MODIFY name LONGBLOB NOT NULL; INSERT INTO folders VALUES (1, NULL, x'00')"
            }
            _ => "ALTER TABLE folders ALTER COLUMN name TYPE BYTEA USING ''; INSERT INTO folders VALUES (1, NULL, '\\x00')",
        })
        .await?;
    let place = |error: Error| {
        assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
        (
            error.table().unwrap_or_default().to_owned(),
            error.column().unwrap_or_default().to_owned(),
            error.message().to_owned(),
        )
    };
    let model = place(query(Author).on(&engine).all().await.unwrap_err());
    assert_eq!((model.0.as_str(), model.1.as_str()), ("authors", "age"));
    assert_eq!(model.2, "5000000000 is out of the range of i32");
    let column = place(query((Author.id, Author.age)).on(&engine).all().await.unwrap_err());
    assert_eq!((column.0.as_str(), column.1.as_str()), ("authors", "age"));
    let second = place(query((Author.name, Folder)).cross_join(Folder).on(&engine).all().await.unwrap_err());
    assert_eq!((second.0.as_str(), second.1.as_str()), ("folders", "name"));
    let label = place(query((Author.age + 1).label("next")).on(&engine).all().await.unwrap_err());
    assert_eq!((label.0.as_str(), label.1.as_str()), ("", "next"));
    let nameless = place(query((Author.id, Author.age + 1)).on(&engine).all().await.unwrap_err());
    assert_eq!(nameless.1, "number 2");
    Ok(())
}

#[tokio::test]
async fn a_null_from_an_outer_join_says_the_way_out() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("Alice"));
    session.commit().await?;
    let error = session.query((Author, Post)).left_join(Author.posts).all().await.unwrap_err();
    assert_eq!((error.kind(), error.table(), error.column()), (ErrorKind::Decode, Some("posts"), Some("id")));
    assert!(error.message().contains(".optional()"));
    let rows = session.query((Author.name, Post.optional())).left_join(Author.posts).all().await?;
    assert_eq!(rows, [("Alice".into(), None)]);
    Ok(())
}

#[tokio::test]
async fn a_query_that_names_a_table_it_does_not_read() -> aludel::Result<()> {
    let engine = memory().await;
    let error = query(Author).filter_by(Author.id, 1).order_by(Post.title).on(&engine).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Statement);
    assert!(error.message().contains("posts.title is used, but posts is not in FROM"), "{error}");
    let twice = query(Folder).join(Folder.children).on(&engine).all().await.unwrap_err();
    assert!(twice.message().contains("alias"), "{twice}");
    let unrelated = query(Profile).filter(Author.age.gt(1)).on(&engine).exists().await.unwrap_err();
    assert_eq!(unrelated.kind(), ErrorKind::Statement);
    Ok(())
}

/// What a flush says of the row that was refused, and which of the objects it was.
async fn refused<M: Model>(session: &mut Session, objects: &[Handle<M>]) -> (ErrorKind, Option<String>, Option<usize>) {
    let error = session.flush().await.unwrap_err();
    let refused = objects.iter().position(|&object| session.is_refused(object));
    (error.kind(), error.row().map(Into::into), refused)
}

#[tokio::test]
async fn the_row_that_was_refused_is_named() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let authors = session.add_all((0..20).map(|n| author(&format!("a{n}"))));
    session.commit().await?;

    // New rows whose keys the database generates are known by their place.
    let new = session.add_all((0..20).map(|n| author(&format!("b{}", if n == 13 { 5 } else { n }))));
    assert_eq!(refused(&mut session, &new).await, (ErrorKind::UniqueViolation, Some("14 of 20 new".into()), Some(13)));
    session[new[13]].name = "b13".into();
    session[new[3]].age = -7;
    assert_eq!(refused(&mut session, &new).await, (ErrorKind::CheckViolation, Some("4 of 20 new".into()), Some(3)));
    session[new[3]].age = 7;
    session[new[19]].name = "a1".into();
    assert_eq!(refused(&mut session, &new).await, (ErrorKind::UniqueViolation, Some("20 of 20 new".into()), Some(19)));
    session[new[19]].name = "b".repeat(51);
    if ["mysql", "mariadb"].contains(&DIALECT) {
        assert_eq!(refused(&mut session, &new).await, (ErrorKind::Encode, Some("20 of 20 new".into()), Some(19)));
    }
    session[new[19]].name = "b19".into();
    session.commit().await?;
    assert!(!new.iter().any(|&new| session.is_refused(new)), "the last flush succeeded");

    // Rows that have a key are known by it.
    let posts = session.add_all((1..=9).map(|n| Post { id: 100 + n, ..post(if n == 6 { 7_777 } else { 1 }, "post") }));
    assert_eq!(refused(&mut session, &posts).await, (ErrorKind::ForeignKeyViolation, Some("106".into()), Some(5)));
    session[posts[5]].author_id = 2;
    session.commit().await?;
    for (n, &author) in authors.iter().enumerate() {
        session[author].age = n as i32;
        session[author].name = if n == 11 { "a2".into() } else { format!("c{n}") };
    }
    session[authors[2]].name = "a2".into();
    let key = |author: Handle<Author>, session: &Session| Some(session[author].id.to_string());
    let key_of_11 = key(authors[11], &session);
    assert_eq!(refused(&mut session, &authors).await, (ErrorKind::UniqueViolation, key_of_11, Some(11)));
    session.rollback().await?;
    for &author in &authors[1..] {
        session.delete(author)?;
    }
    let key_of_1 = key(authors[1], &session);
    assert_eq!(refused(&mut session, &authors).await, (ErrorKind::ForeignKeyViolation, key_of_1, Some(1)));
    session.rollback().await?;

    // In a savepoint too, which leaves the rest as it was.
    session[authors[0]].age = 50;
    session.flush().await?;
    let mut inner = session.begin_nested().await?;
    let twins = inner.add_all(["x", "y", "x"].map(author));
    assert_eq!(refused(&mut inner, &twins).await, (ErrorKind::UniqueViolation, Some("3 of 3 new".into()), Some(2)));
    inner.rollback().await?;
    session.commit().await?;
    assert_eq!(query(Author.age).filter_by(Author.id, session[authors[0]].id).on(&engine).one().await?, 50);
    Ok(())
}

#[tokio::test]
async fn of_many_rows_written_in_parts_none_stay_where_one_is_refused() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let new: Vec<_> = (0..1_500).map(|number| session.add(author(&number.to_string()))).collect();
    session[new[1_300]].name = "7".into();
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::UniqueViolation, Some("1301 of 1500 new")));
    assert!(session.is_refused(new[1_300]));
    assert!(new.iter().all(|author| session.state(*author) == State::Pending));
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    session[new[1_300]].name = "1300".into();
    session.commit().await?;
    let rows = query((Author.id, Author.name)).order_by(Author.id).on(&engine).all().await?;
    let expected: Vec<_> = new.iter().map(|author| (session[*author].id, session[*author].name.clone())).collect();
    assert_eq!(rows, expected);
    Ok(())
}
