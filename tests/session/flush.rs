//! What a flush writes, in which order, and what comes back.

use crate::{
    DIALECT,
    database::{Log, capabilities, file, keys_follow_given, memory, skipped},
    models::{Author, Comment, Folder, Post, Profile, Seat, Setting, Ticket, author, post, seat},
};
use aludel::{ErrorKind, prelude::*, session::State};

#[tokio::test]
async fn keys_are_generated_unless_the_program_gives_one() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let first = session.add(author("first"));
    let given = session.add(Author { id: 40, ..author("given") });
    let after = session.add(author("after"));
    session.flush().await?;
    let next = if keys_follow_given(&engine) { 41 } else { 2 };
    assert_eq!((session[first].id, session[given].id, session[after].id), (1, 40, next));
    session.commit().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 3);
    Ok(())
}

#[tokio::test]
async fn defaults_fill_what_is_none() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let plain = session.add(author("plain"));
    let given = session.add(Author { role: Some("admin".into()), status: Some("old".into()), ..author("given") });
    session.flush().await?;
    let of = |author: &Author| (author.role.clone().unwrap(), author.status.clone().unwrap());
    assert_eq!(of(&session[plain]), ("reader".into(), "new".into()), "the first by us, the second by the server");
    assert_eq!(of(&session[given]), ("admin".into(), "old".into()));
    assert!(!session.is_dirty(), "what was filled in is no change");
    session.commit().await?;
    let rows = query(Author).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(rows, [session[plain].clone(), session[given].clone()]);
    Ok(())
}

#[tokio::test]
async fn only_changed_columns_are_written() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.commit().await?;
    let log = Log::start();
    session[alice].email = Some("a@example.org".into());
    session[alice].age = 30;
    session.commit().await?;
    assert_eq!(log.take(), ["BEGIN", "UPDATE authors SET email = ?, age = ? WHERE authors.id = ?", "COMMIT"],);
    session[alice].age = 31;
    session[alice].age = 30;
    session.commit().await?;
    assert_eq!(log.take(), Vec::<String>::new(), "what is as it was is not written");
    Ok(())
}

#[tokio::test]
async fn an_object_that_was_touched_and_not_changed_begins_no_transaction() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.commit().await?;
    session[alice].name = "Alice".into();
    assert_eq!(session.query(Author).count().await?, 1);
    assert!(!session.in_transaction());
    Ok(())
}

#[tokio::test]
async fn same_shaped_rows_are_few_statements() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all((0..100).map(|n| author(&format!("author {n}"))));
    let log = Log::start();
    session.commit().await?;
    // Between BEGIN and COMMIT: 64, 32 and 4 rows, or all.
    let inserts = if capabilities(&engine).insert_many.exact == 1 { 3 } else { 1 };
    // Where an INSERT returns nothing, a SELECT asks for what the server filled in.
    let selects = usize::from(!capabilities(&engine).returning);
    let statements = log.take();
    assert_eq!(statements.len(), 2 + inserts + selects, "{statements:?}");
    Ok(())
}

#[tokio::test]
async fn each_object_gets_the_key_of_its_own_row() -> aludel::Result<()> {
    let engine = memory().await;
    // Keys with gaps: each row inserted makes another one first.
    engine
        .run_script(match DIALECT {
            "sqlite" => {
                "CREATE TRIGGER shadow BEFORE INSERT ON authors WHEN NEW.name NOT LIKE 'shadow%' \
                 BEGIN INSERT INTO authors (name, age) VALUES ('shadow of ' || NEW.name, 0); END"
            }
            "mariadb" | "mysql" | "oracle" => return skipped("no trigger can write to the table that it is of"),
            _ => {
                "CREATE FUNCTION shadow() RETURNS trigger LANGUAGE plpgsql AS $$ \
                 BEGIN INSERT INTO authors (name, age) VALUES ('shadow of ' || NEW.name, 0); RETURN NEW; END $$; \
                 CREATE TRIGGER shadow BEFORE INSERT ON authors FOR EACH ROW WHEN (NEW.name NOT LIKE 'shadow%') \
                 EXECUTE FUNCTION shadow()"
            }
        })
        .await?;
    let mut session = engine.session();
    let handles = session.add_all((0..300).map(|n| author(&format!("author {n}"))));
    session.commit().await?;
    for handle in handles {
        let Author { id, name, .. } = session[handle].clone();
        let stored = query(Author.name).filter(Author.id.eq(id)).on(&engine).one().await?;
        assert_eq!(stored, name);
    }
    Ok(())
}

#[tokio::test]
async fn foreign_keys_decide_the_order_of_inserts_and_deletes() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let comment = session.add(Comment { post_id: 10, text: "first!".into(), ..Default::default() });
    let ticket = session.add(Ticket { hall: Some("A".into()), number: Some(1), ..Default::default() });
    let hello = session.add(Post { id: 10, ..post(7, "Hello") });
    let profile = session.add(Profile { author_id: 7, motto: "On".into(), ..Default::default() });
    let place = session.add(seat("A", 1));
    let alice = session.add(Author { id: 7, ..author("Alice") });
    session.commit().await?;

    session.delete(alice)?;
    session.delete(place)?;
    session.delete(profile)?;
    session.delete(hello)?;
    session.delete(ticket)?;
    session.delete(comment)?;
    session.commit().await?;
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    assert_eq!(query(Ticket).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn rows_that_refer_to_their_own_table_are_put_in_order() -> aludel::Result<()> {
    let engine = memory().await;
    let folder = |id, parent_id, name: &str| Folder { id, parent_id, name: name.into() };
    let mut session = engine.session();
    session.add_all([
        folder(3, Some(2), "leaf"),
        folder(2, Some(1), "branch"),
        folder(1, None, "root"),
        folder(5, Some(1), "twig"),
    ]);
    // Where keys are checked row by row, no such row could ever be deleted.
    if capabilities(&engine).deferrable_keys {
        session.add(folder(4, Some(4), "its own parent"));
    }
    session.commit().await?;
    // Tracked in an order that is wrong for a deletion.
    let mut other = engine.session();
    let all = other.query(Folder).order_by(Folder.id.desc()).track().await?;
    all.into_iter().try_for_each(|folder| other.delete(folder))?;
    other.commit().await?;
    assert_eq!(query(Folder).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_child_can_move_from_a_parent_that_goes_to_one_that_comes() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let old = session.add(Author { id: 1, ..author("old") });
    let hello = session.add(post(1, "Hello"));
    session.commit().await?;
    session.delete(old)?;
    session[hello].author_id = 2;
    session.add(Author { id: 2, ..author("new") });
    session.commit().await?;
    assert_eq!(query(Author.name).on(&engine).all().await?, ["new"]);
    Ok(())
}

#[tokio::test]
async fn a_row_that_is_gone_is_stale() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let theme = session.add(Setting { name: "theme".into(), value: "dark".into() });
    session.commit().await?;
    query(Setting).all_rows().on(&engine).delete().await?;
    session[theme].value = "light".into();
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.table()), (ErrorKind::Stale, Some("settings")));
    assert!(error.is_retryable() && error.message().contains("\"theme\""), "{error}");
    session.rollback().await?;
    session.delete(theme)?;
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::Stale);
    Ok(())
}

#[tokio::test]
async fn composite_keys_are_inserted_changed_and_deleted() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let seats = session.add_all([seat("A", 1), seat("A", 2)]);
    session.commit().await?;
    session[seats[0]].price = 99;
    session[seats[1]].number = 3;
    session.commit().await?;
    assert_eq!(session.get(Seat, ("A", 1)).await?.unwrap().price, 99);
    assert_eq!(session.get(Seat, ("A", 3)).await?.unwrap().price, 10);
    session.delete(seats[0])?;
    session.commit().await?;
    assert_eq!(query(Seat.number).on(&engine).all().await?, [3]);
    Ok(())
}

#[tokio::test]
async fn a_failed_flush_leaves_everything_pending() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    session.commit().await?;
    session[alice].age = 40;
    let carol = session.add(author("Carol"));
    session.flush().await?;
    let generated = session[carol].id;
    let twin = session.add(author("Alice"));
    session[carol].age = 5;
    let error = session.flush().await.unwrap_err();
    let column = capabilities(&engine).names_columns.then_some("name");
    assert_eq!((error.kind(), error.table(), error.column()), (ErrorKind::UniqueViolation, Some("authors"), column));
    assert!(error.sql().is_some_and(|sql| sql.starts_with("INSERT INTO authors")), "{error:?}");
    assert!(!session.in_transaction(), "it was rolled back");
    assert_eq!((session.state(carol), session.state(twin)), (State::Pending, State::Pending));
    assert_eq!((generated, session[carol].id), (2, 2), "what refers to it refers to it still");
    assert_eq!(session[carol].status, None, "to be filled in anew");
    assert_eq!((session[carol].age, session[alice].age), (5, 40), "the program's changes are kept");
    assert_eq!(query(Author.age).on(&engine).all().await?, [0]);

    session[twin].name = "Bob".into();
    session.commit().await?;
    let rows = query((Author.name, Author.age)).order_by(Author.name).on(&engine).all().await?;
    assert_eq!(rows, [("Alice".into(), 40), ("Bob".into(), 0), ("Carol".into(), 5)]);
    Ok(())
}

#[tokio::test]
async fn a_deletion_that_fails_is_pending_too() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(Author { id: 1, ..author("Alice") });
    let hello = session.add(post(1, "Hello"));
    session.commit().await?;
    session.delete(alice)?;
    assert_eq!(session.commit().await.unwrap_err().kind(), ErrorKind::ForeignKeyViolation);
    assert_eq!(session.state(alice), State::Deleted);
    session.delete(hello)?;
    session.commit().await?;
    assert_eq!(session.state(alice), State::Detached);
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn queries_flush_first() -> aludel::Result<()> {
    let engine = file().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    assert_eq!(session.query(Author).count().await?, 1);
    assert_eq!(session.state(alice), State::Persistent);
    session[alice].name = "Anna".into();
    assert_eq!(session.query(Author.name).first().await?.as_deref(), Some("Anna"));
    session.delete(alice)?;
    assert!(!session.query(Author).exists().await?);
    assert_eq!(query(Author).on(&engine).count().await?, 0, "nobody else has seen it");
    session.rollback().await?;
    assert_eq!(session.query(Author).count().await?, 0);
    Ok(())
}
