//! Rows that queries pass over: those that were deleted and stay, and those of others.

use crate::{
    database::{Log, builder, file, memory, tables, url},
    models::{Author, Draft, Note, Post, author, post},
};
use aludel::{ErrorKind, prelude::*, session::State};

fn note(author_id: i64, text: &str) -> Note {
    Note { author_id, text: text.into(), ..Default::default() }
}

/// Two authors with two notes each.
async fn notes() -> aludel::Result<Engine> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all(["Alice", "Bob"].map(author));
    session.add_all([note(1, "a"), note(1, "b"), note(2, "c"), note(2, "d")]);
    session.commit().await?;
    Ok(engine)
}

#[tokio::test]
async fn a_deleted_row_stays_and_is_passed_over() -> aludel::Result<()> {
    let engine = notes().await?;
    let mut session = engine.session();
    let first = session.query(Note).filter_by(Note.text, "a").track().await?[0];
    let id = session[first].id;
    session.delete(first)?;
    let log = Log::start();
    session.commit().await?;
    assert!(log.take().iter().any(|sql| sql.starts_with("UPDATE notes SET deleted_at = ?")));
    assert_eq!(session.state(first), State::Detached);

    let texts = |query: Query<String, Note>| query.order_by(Note.id).on(&engine).all();
    assert_eq!(texts(query(Note.text)).await?, ["b", "c", "d"]);
    assert_eq!(texts(query(Note.text).unfiltered()).await?, ["a", "b", "c", "d"]);
    assert_eq!(session.get(Note, id).await?, None);
    assert_eq!(query(Note).on(&engine).count().await?, 3);
    let deleted = query(Note).unfiltered().filter_by(Note.id, id).on(&engine).one().await?;
    assert!(deleted.deleted_at.is_some());

    // It can be had back.
    let found = session.query(Note).unfiltered().filter_by(Note.id, id).track().await?[0];
    session[found].deleted_at = None;
    session.commit().await?;
    assert_eq!(texts(query(Note.text)).await?, ["a", "b", "c", "d"]);
    Ok(())
}

#[tokio::test]
async fn wherever_it_is_read() -> aludel::Result<()> {
    let engine = notes().await?;
    assert_eq!(query(Note).filter_by(Note.text, "a").on(&engine).delete().await?, 1);
    assert_eq!(query(Note).filter_by(Note.text, "a").on(&engine).delete().await?, 0, "it is deleted already");
    let tree = query(Author).with(Author.notes.order_by(Note.id)).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(tree[0].1.iter().map(|note| &*note.text).collect::<Vec<_>>(), ["b"]);
    let tree = query(Author).with(Author.notes.unfiltered()).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(tree[0].1.len(), 2);
    let tree = query(Author).with(Author.notes.joined()).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(tree.iter().map(|(_, notes)| notes.len()).collect::<Vec<_>>(), [1, 2]);
    let tree = query(Author).with(Author.notes.joined().unfiltered()).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(tree.iter().map(|(_, notes)| notes.len()).collect::<Vec<_>>(), [2, 2]);
    query(Note).filter_by(Note.text, "b").on(&engine).delete().await?;
    let tree = query(Author).with(Author.notes.joined()).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(tree.iter().map(|(_, notes)| notes.len()).collect::<Vec<_>>(), [0, 2], "who has none is there still");
    query(Note).filter_by(Note.text, "b").unfiltered().on(&engine).update(Note.deleted_at.set(None)).await?;
    let joined = query((Author.name, Note.text)).join(Author.notes).on(&engine).all().await?;
    assert_eq!(joined.len(), 3);
    let kept = query((Author.name, Note.id.optional()))
        .left_join(Author.notes)
        .filter(Author.id.eq(1))
        .on(&engine)
        .all()
        .await?;
    assert_eq!(kept.len(), 1);
    let counts = query((Author.name, Author.notes.count())).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(counts, [("Alice".into(), 1), ("Bob".into(), 2)]);
    assert_eq!(query(Author).filter(Author.notes.any(Note.text.eq("a"))).on(&engine).count().await?, 0);
    let in_list = query(Author.name).filter(Author.id.in_(query(Note.author_id).filter_by(Note.text, "a")));
    assert!(in_list.on(&engine).all().await?.is_empty());
    let named = query((Note.author_id, Note.text)).cte("named");
    let twice = named.alias("twice");
    let pairs = query((named.1, twice.1)).from(&named).join_on(&twice, named.0.eq(twice.0)).on(&engine).all().await?;
    assert_eq!(pairs.len(), 5, "a query that is named once is filtered once");
    let united = query(Note.text).union_all(query(Note.text).unfiltered()).on(&engine).all().await?;
    assert_eq!(united.len(), 7);

    // On the outer side of a join the row of the other side stays.
    query(Note).filter_by(Note.author_id, 1).on(&engine).delete().await?;
    let kept = query((Author.name, Note.text.optional()))
        .left_join(Author.notes)
        .order_by(Author.id)
        .on(&engine)
        .all()
        .await?;
    assert_eq!(kept[0], ("Alice".into(), None));
    assert_eq!(kept.len(), 3);
    assert_eq!(query(Note).all_rows().unfiltered().on(&engine).delete().await?, 4, "for good");
    assert_eq!(query(Note).unfiltered().on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn deleted_with_what_they_belong_to() -> aludel::Result<()> {
    let engine = notes().await?;
    let mut session = engine.session();
    let first = session.query(Note).order_by(Note.id).track().await?[0];
    let drafts = session.add_all([Draft::default(), Draft::default()]);
    for &draft in &drafts {
        session.relate(draft, Draft.note, first)?;
    }
    session.commit().await?;
    session.delete(first)?;
    session.commit().await?;
    assert_eq!(query(Draft).on(&engine).count().await?, 0);
    let kept = query(Draft).unfiltered().on(&engine).all().await?;
    assert!(kept.len() == 2 && kept.iter().all(|draft| draft.deleted && draft.version == 2 && draft.note_id.is_some()));
    Ok(())
}

#[tokio::test]
async fn a_filter_of_a_session() -> aludel::Result<()> {
    let engine = notes().await?;
    let mut tenant = engine.session().global_filter(|author: <Author as Model>::Table| author.name.eq("Bob"));
    assert_eq!(tenant.query(Author.name).all().await?, ["Bob"]);
    assert_eq!(tenant.get(Author, 1).await?, None);
    assert_eq!(tenant.query(Author).unfiltered().count().await?, 2);
    let boss = Author.alias("boss");
    let pairs = tenant.query((Author.name, boss.name)).cross_join(boss).all().await?;
    assert_eq!(pairs, [("Bob".into(), "Bob".into())], "under each name");
    assert_eq!(tenant.query(Note).join(Note.author).count().await?, 2);
    assert_eq!(tenant.query(Author).filter(Author.age.lt(9)).update(Author.age.set(3)).await?, 1);
    assert_eq!(tenant.query(Author).all_rows().update(Author.age.set(4)).await?, 1);
    tenant.commit().await?;
    let ages = query(Author.age).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(ages, [0, 4]);
    // A required row that the filter hides is an error that says so, and never another row.
    tenant.add(post(1, "of Alice"));
    let error = tenant.query(Post).with(Post.author).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    let posts = tenant.query(Post).with(Post.author.unfiltered()).all().await?;
    assert_eq!(posts[0].1.name, "Alice");
    Ok(())
}

#[tokio::test]
async fn a_filter_of_an_engine() -> aludel::Result<()> {
    let engine =
        builder(&url("").await)?.global_filter(|author: <Author as Model>::Table| author.age.gt(17)).connect().await?;
    tables().create_all(&engine).await?;
    let mut session = engine.session();
    session.add_all([Author { age: 10, ..author("young") }, Author { age: 40, ..author("old") }]);
    session.commit().await?;
    assert_eq!(query(Author.name).on(&engine).all().await?, ["old"]);
    assert_eq!(session.query(Author.name).all().await?, ["old"]);
    let mut both = engine.session().global_filter(|author: <Author as Model>::Table| author.name.ne("old"));
    assert_eq!(both.query(Author).count().await?, 0);
    // What the session holds it changes and deletes, whatever queries see.
    let young = session.query(Author).unfiltered().filter_by(Author.name, "young").track().await?[0];
    session[young].age = 11;
    session.commit().await?;
    session.delete(young)?;
    session.commit().await?;
    assert_eq!(query(Author).unfiltered().on(&engine).count().await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_outer_join_of_both_sides_is_refused() -> aludel::Result<()> {
    let engine = file().await;
    let all =
        query((Author.id.optional(), Note.id.optional())).from(Author).full_join_on(Note, Note.author_id.eq(Author.id));
    let error = all.on(&engine).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotSupported);
    Ok(())
}
