//! Statements over many rows.

use crate::{
    database::{Log, all_idle, capabilities, file, memory, skipped},
    models::{Author, Post, author, post},
};
use aludel::{ErrorKind, compile::Upsert, prelude::*};

#[tokio::test]
async fn updates_and_deletes_are_part_of_the_transaction() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let all = session.add_all(["Alice", "Bob", "Carol"].map(author));
    let changed = session
        .query(Author)
        .filter(Author.name.ne("Bob"))
        .update((Author.age.set(Author.age + 5), Author.email.set(None)))
        .await?;
    assert_eq!(changed, 2, "what was pending is flushed first");
    session.refresh(all[0]).await?;
    assert_eq!(session[all[0]].age, 5);
    assert_eq!(session.query(Author).filter_by(Author.name, "Carol").delete().await?, 1);
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    session.commit().await?;
    let rows = query((Author.name, Author.age)).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(rows, [("Alice".into(), 5), ("Bob".into(), 0)]);
    session.query(Author).all_rows().delete().await?;
    session.rollback().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn mistakes_are_refused_before_anything_is_sent() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let log = Log::start();
    let mut refused = Vec::new();
    refused.push(session.query(Author).delete().await.unwrap_err());
    refused.push(session.query(Author).update(Author.age.set(1)).await.unwrap_err());
    refused.push(session.query(Author).filter_by(Author.id, 1).distinct().delete().await.unwrap_err());
    refused.push(session.query(Author).filter_by(Author.id, 1).limit(1).delete().await.unwrap_err());
    refused.push(session.query(Author).filter_by(Author.id, 1).order_by(Author.id).delete().await.unwrap_err());
    for error in &refused {
        assert_eq!(error.kind(), ErrorKind::Statement, "{error}");
    }
    assert!(
        refused[0].message().contains("delete every row of authors") && refused[0].message().contains(".all_rows()")
    );
    assert!(refused[2].message().contains("subquery"));
    assert_eq!(log.take(), Vec::<String>::new());
    assert!(!session.in_transaction());
    Ok(())
}

#[tokio::test]
async fn they_run_on_anything() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all(["Alice", "Bob"].map(author));
    session.add(post(1, "Hello"));
    session.commit().await?;
    let no_posts = query(Author).filter(Author.id.not_in(query(Post.author_id)));
    let mut transaction = engine.begin().await?;
    assert_eq!(no_posts.clone().on(&mut transaction).delete().await?, 1);
    transaction.rollback().await?;
    assert_eq!(no_posts.on(&engine).update(Author.role.set("guest")).await?, 1);
    assert_eq!(query(Author.name).filter_by(Author.role, "guest").on(&engine).all().await?, ["Bob"]);
    Ok(())
}

#[tokio::test]
async fn text_is_executed_in_the_transaction() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("Alice"));
    let changed = session.execute(text("UPDATE authors SET age = :age").bind("age", 3)).await?;
    assert_eq!(changed, 1);
    assert_eq!(session.query(Author.age).one().await?, 3);
    session.rollback().await?;
    assert_eq!(session.query(Author).count().await?, 0);
    let error = session.execute(text("UPDATE authors SET age = :age")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Statement);
    Ok(())
}

#[tokio::test]
async fn rows_are_inserted_without_a_session() -> aludel::Result<()> {
    let engine = memory().await;
    let authors = (0..200).map(|n| Author {
        // Rows that leave out different columns are different statements.
        status: (n % 50 == 0).then(|| "old".to_owned()),
        ..author(&format!("author {n}"))
    });
    assert_eq!(insert(Author).values(authors).on(&engine).execute().await?, 200);
    let stored = query(Author).order_by(Author.id).on(&engine).all().await?;
    for (n, author) in stored.iter().enumerate() {
        assert_eq!(author.name, format!("author {n}"));
        assert_eq!(author.role.as_deref(), Some("reader"));
        assert_eq!(author.status.as_deref(), Some(if n % 50 == 0 { "old" } else { "new" }));
    }
    assert_eq!(insert(Author).on(&engine).execute().await?, 0);
    Ok(())
}

#[tokio::test]
async fn rows_inserted_on_an_engine_are_all_there_or_none() -> aludel::Result<()> {
    let engine = memory().await;
    let authors = (0..100).map(|n| author(&format!("author {}", n % 99)));
    let error = insert(Author).values(authors).on(&engine).execute().await.expect_err("two of one name");
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    assert_eq!(error.table(), Some("authors"));
    assert!(error.sql().is_some_and(|sql| sql.starts_with("INSERT INTO authors")), "{error:?}");
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn rows_inserted_in_a_session_are_part_of_its_transaction() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("pending"));
    insert(Author).values([author("a"), author("b")]).on(&mut session).execute().await?;
    assert_eq!(session.query(Author).count().await?, 3);
    session.rollback().await?;
    assert_eq!(session.query(Author).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn rows_that_are_there_already_are_left_or_changed() -> aludel::Result<()> {
    let engine = memory().await;
    let aged = |name: &str, age| Author { age, ..author(name) };
    insert(Author).values([aged("Alice", 1), aged("Bob", 1)]).on(&engine).execute().await?;
    let ages = || async { query((Author.name, Author.age)).order_by(Author.id).on(&engine).all().await };
    let is = |rows: &[(&str, i32)]| rows.iter().map(|(name, age)| ((*name).to_owned(), *age)).collect::<Vec<_>>();

    let again = || insert(Author).values([aged("Bob", 5), aged("Carol", 7)]);
    let inserted = again().on_conflict(Author.name).do_nothing().on(&engine).execute().await?;
    // MySQL counts a row that it leaves alone too.
    assert_eq!(inserted, if capabilities(&engine).upsert == Upsert::OnDuplicateKey { 2 } else { 1 });
    assert_eq!(ages().await?, is(&[("Alice", 1), ("Bob", 1), ("Carol", 7)]));

    let mut session = engine.session();
    let bob = session.query(Author).filter_by(Author.name, "Bob").track().await?[0];
    let update = Author.age.set(Author.age + excluded(Author.age) * 10);
    again().on_conflict(Author.name).do_update(update).on(&mut session).execute().await?;
    session.refresh(bob).await?;
    assert_eq!(session[bob].age, 51, "its own age and ten times the new one");
    session.commit().await?;
    assert_eq!(ages().await?, is(&[("Alice", 1), ("Bob", 51), ("Carol", 77)]));

    if capabilities(&engine).upsert == Upsert::OnConflict {
        let (set, younger) = (Author.age.set(excluded(Author.age)), Author.age.lt(60));
        again().on_conflict(Author.name).do_update_if(set, younger).on(&engine).execute().await?;
        assert_eq!(ages().await?, is(&[("Alice", 1), ("Bob", 5), ("Carol", 77)]));
        let any = again().on_conflict(()).do_update(Author.age.set(0)).on(&engine).execute().await.unwrap_err();
        assert_eq!(any.kind(), ErrorKind::Statement);
        let other_key = Author { id: 1, ..author("Dave") };
        let error = insert(Author).values([other_key]).on_conflict(Author.name).do_nothing().on(&engine).execute();
        assert_eq!(error.await.unwrap_err().kind(), ErrorKind::UniqueViolation);
    }
    Ok(())
}

#[tokio::test]
async fn rows_are_loaded_in_bulk_as_they_are_made() -> aludel::Result<()> {
    let engine = memory().await;
    // Some give another column, or a key, and make loads of their own.
    let authors = (0..2_500).map(|n| Author {
        id: if n == 1_000 { 5_000 } else { 0 },
        status: (n % 700 == 0).then(|| "old".to_owned()),
        age: n,
        ..author(&format!("author {n}"))
    });
    assert_eq!(bulk_load(authors).on(&engine).execute().await?, 2_500);
    let stored =
        query((Author.name, Author.role, Author.status, Author.id)).order_by(Author.age).on(&engine).all().await?;
    for (n, (name, role, status, id)) in stored.into_iter().enumerate() {
        assert_eq!((name, role.as_deref()), (format!("author {n}"), Some("reader")));
        assert_eq!(status.as_deref(), Some(if n % 700 == 0 { "old" } else { "new" }));
        assert_eq!(id == 5_000, n == 1_000);
    }
    assert_eq!(bulk_load([author("author 1")].into_iter().skip(1)).on(&engine).execute().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_bulk_load_is_done_or_not() -> aludel::Result<()> {
    let engine = memory().await;
    let twice = (0..3_000).map(|n| author(&format!("author {}", n % 2_900)));
    let error = bulk_load(twice).on(&engine).execute().await.expect_err("two of one name");
    assert_eq!((error.kind(), error.table()), (ErrorKind::UniqueViolation, Some("authors")));
    assert!(
        error.sql().is_some_and(|sql| sql.starts_with("COPY authors") || sql.starts_with("INSERT INTO")),
        "{error:?}"
    );
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    let nobodys = (0..10).map(|n| post(n, "Hello"));
    let error = bulk_load(nobodys).on(&engine).execute().await.expect_err("no author");
    assert_eq!(error.kind(), ErrorKind::ForeignKeyViolation);
    let young = [Author { age: -1, ..author("Alice") }];
    assert_eq!(bulk_load(young).on(&engine).execute().await.expect_err("a check").kind(), ErrorKind::CheckViolation);

    let mut session = engine.session();
    session.add(author("pending"));
    bulk_load(["a", "b"].map(author)).on(&mut session).execute().await?;
    assert_eq!(session.query(Author).count().await?, 3);
    session.rollback().await?;
    bulk_load(["a", "b"].map(author)).on(&mut session).execute().await?;
    session.commit().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 2);
    Ok(())
}

/// Whatever was sent is gone, and the next statement has a connection that works.
#[tokio::test]
async fn a_bulk_load_that_is_given_up_leaves_nothing() -> aludel::Result<()> {
    let engine = file().await;
    if !capabilities(&engine).bulk_load {
        return skipped("rows are loaded by INSERT, whose dropped futures are tested by themselves");
    }
    for turns in 1..20 {
        let endless = (0..).map(|n| author(&format!("{turns} {n}")));
        let mut load = std::pin::pin!(bulk_load(endless).on(&engine).execute());
        for _ in 0..turns {
            let polled = std::future::poll_fn(|context| std::task::Poll::Ready(load.as_mut().poll(context))).await;
            assert!(polled.is_pending());
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    all_idle(&engine).await;
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    // In a transaction too: nobody can say what became of it.
    let mut transaction = engine.begin().await?;
    {
        let endless = (0..).map(|n| author(&format!("author {n}")));
        let mut load = std::pin::pin!(bulk_load(endless).on(&mut transaction).execute());
        let mut polled = std::task::Poll::Pending;
        for _ in 0..5 {
            polled = std::future::poll_fn(|context| std::task::Poll::Ready(load.as_mut().poll(context))).await;
        }
        assert!(polled.is_pending());
    }
    let error = query(Author).on(&mut transaction).count().await.expect_err("a COPY left in the middle");
    assert_eq!(error.kind(), ErrorKind::Connection);
    drop(transaction);
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    Ok(())
}
