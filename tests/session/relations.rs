//! Relations loaded along with rows: one statement a level.

use crate::{
    DIALECT,
    database::{Log, memory, skipped},
    models::{Author, Comment, Folder, Post, Profile, Seat, Ticket, author, post, seat},
};
use aludel::{ErrorKind, prelude::*};

async fn blog() -> aludel::Result<Engine> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all(["Alice", "Bob", "Carol"].map(author));
    session.add(Profile { author_id: 1, motto: "On".into(), ..Default::default() });
    session.add_all([
        post(1, "one"),
        Post { editor_id: Some(2), ..post(1, "two") },
        Post { editor_id: Some(2), ..post(2, "three") },
    ]);
    session.add_all([(1, "a"), (1, "b"), (3, "c")].map(|(post_id, text)| Comment {
        post_id,
        text: text.into(),
        ..Default::default()
    }));
    session.commit().await?;
    Ok(engine)
}

fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}

#[tokio::test]
async fn one_level() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let tree: Vec<(Author, Vec<Post>)> = query(Author).with(Author.posts).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 2);
    let posts: Vec<_> = tree.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(posts, [vec!["one", "two"], vec!["three"], vec![]]);

    let none = query(Author).with(Author.posts).filter_by(Author.id, 9).on(&engine).all().await?;
    assert!(none.is_empty());
    assert_eq!(log.take().len(), 1, "no rows, no second statement");

    let first = query(Author).with(Author.posts).order_by(Author.id).on(&engine).first().await?;
    assert_eq!(first.map(|(_, posts)| posts.len()), Some(2));
    Ok(())
}

#[tokio::test]
async fn the_row_that_is_referred_to_required_and_optional() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let posts: Vec<(Post, Author, Option<Author>)> =
        query(Post).with(Post.author).with(Post.editor).order_by(Post.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 1, "what each row refers to is joined");
    let names: Vec<_> = posts
        .iter()
        .map(|(_, author, editor)| (author.name.as_str(), editor.as_ref().map(|editor| editor.name.as_str())))
        .collect();
    assert_eq!(names, [("Alice", None), ("Alice", Some("Bob")), ("Bob", Some("Bob"))], "shared rows are copied");

    let profiles: Vec<(Author, Option<Profile>)> =
        query(Author).with(Author.profile).order_by(Author.id).on(&engine).all().await?;
    let mottos: Vec<_> = profiles.iter().map(|(_, profile)| profile.as_ref().map(|p| p.motto.as_str())).collect();
    assert_eq!(mottos, [Some("On"), None, None]);
    Ok(())
}

#[tokio::test]
async fn nested_and_several() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    type Tree = Vec<(Author, Vec<(Post, Vec<Comment>, Option<Author>)>, Option<Profile>)>;
    let tree: Tree = query(Author)
        .with(Author.posts.with(Post.comments.order_by(Comment.id)).with(Post.editor).order_by(Post.id))
        .with(Author.profile)
        .order_by(Author.id)
        .on(&engine)
        .all()
        .await?;
    assert_eq!(log.take().len(), 3, "authors with profiles, posts with editors, comments");
    let (alice, posts, profile) = &tree[0];
    assert_eq!((alice.name.as_str(), posts.len(), profile.is_some()), ("Alice", 2, true));
    assert_eq!(posts[0].1.iter().map(|comment| comment.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    assert_eq!(posts[1].2.as_ref().map(|editor| editor.name.as_str()), Some("Bob"));
    assert!(tree[2].1.is_empty());

    let deep: Vec<(Comment, (Post, (Author, Vec<Post>)))> =
        query(Comment).with(Comment.post.with(Post.author.with(Author.posts))).on(&engine).all().await?;
    assert_eq!(deep[2].1.1.0.name, "Bob");
    assert_eq!(deep[0].1.1.1.len(), 2);
    Ok(())
}

#[tokio::test]
async fn a_table_that_refers_to_itself() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let folder = |id, parent_id, name: &str| Folder { id, parent_id, name: name.into() };
    session.add_all([
        folder(1, None, "root"),
        folder(2, Some(1), "a"),
        folder(3, Some(1), "b"),
        folder(4, Some(2), "c"),
    ]);
    session.commit().await?;
    let down: Vec<(Folder, Vec<(Folder, Vec<Folder>)>)> = query(Folder)
        .with(Folder.children.with(Folder.children))
        .filter(Folder.parent_id.is_null())
        .on(&engine)
        .all()
        .await?;
    assert_eq!(down[0].1.len(), 2);
    assert_eq!(down[0].1[0].1[0].name, "c");
    let up: Vec<(Folder, Option<(Folder, Option<Folder>)>)> =
        query(Folder).with(Folder.parent.with(Folder.parent)).filter_by(Folder.id, 4).on(&engine).all().await?;
    let (parent, grandparent) = up[0].1.clone().unwrap();
    assert_eq!((parent.name.as_str(), grandparent.unwrap().name.as_str()), ("a", "root"));
    Ok(())
}

#[tokio::test]
async fn keys_of_several_columns() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    // More than one statement can ask for at once.
    const SEATS: i32 = 1_300;
    session.add_all((0..SEATS).map(|number| seat("A", number)));
    session.add_all((0..SEATS).map(|number| Ticket {
        hall: Some("A".into()),
        number: Some(number),
        ..Default::default()
    }));
    session.add(Ticket { hall: Some("A".into()), ..Default::default() });
    session.commit().await?;
    let log = Log::start();
    let tickets: Vec<(Ticket, Option<Seat>)> =
        query(Ticket).with(Ticket.seat.select_in()).order_by(Ticket.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 4, "the seats in three");
    assert!(
        tickets[..SEATS as usize].iter().all(|(ticket, seat)| ticket.number == seat.as_ref().map(|seat| seat.number))
    );
    assert_eq!(tickets[SEATS as usize].1, None, "half a key refers to nothing");
    let seats: Vec<(Seat, Vec<Ticket>)> = query(Seat).with(Seat.tickets).limit(3).on(&engine).all().await?;
    assert!(seats.iter().all(|(seat, tickets)| tickets.len() == 1 && tickets[0].number == Some(seat.number)));
    assert_eq!(log.take().len(), 2);
    Ok(())
}

#[tokio::test]
async fn pending_rows_are_loaded_too() -> aludel::Result<()> {
    let engine = blog().await?;
    let mut session = engine.session();
    session.add(post(3, "four"));
    let tree = session.query(Author).with(Author.posts).order_by(Author.id).all().await?;
    assert_eq!(titles(&tree[2].1), ["four"]);
    Ok(())
}

#[tokio::test]
async fn a_row_that_should_be_there_and_is_not() -> aludel::Result<()> {
    if DIALECT == "oracle" {
        return skipped("foreign keys are always looked at");
    }
    let engine = blog().await?;
    let mut session = engine.session();
    session
        .execute(text(match DIALECT {
            "sqlite" => "PRAGMA defer_foreign_keys = ON",
            "mariadb" | "mysql" => "SET foreign_key_checks = 0",
            _ => "SET LOCAL session_replication_role = replica",
        }))
        .await?;
    session.query(Author).filter_by(Author.id, 2).delete().await?;
    let error = session.query(Post).with(Post.author).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.message(), "a row of posts refers to 2, and authors has no such row");
    session.rollback().await
}
