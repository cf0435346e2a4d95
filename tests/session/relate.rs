//! Objects that refer to each other before their rows are there.

use crate::{
    database::{Log, capabilities, memory},
    models::{Author, Folder, Player, Post, PostTag, Tag, Team, author, post},
};
use aludel::{ErrorKind, compile::UpdateStyle, prelude::*, session::State};

fn player(name: &str) -> Player {
    Player { name: name.into(), ..Default::default() }
}

fn folder(name: &str) -> Folder {
    Folder { name: name.into(), ..Default::default() }
}

fn statements(log: &Log) -> Vec<String> {
    let words = |sql: String| sql.split(' ').take(3).collect::<Vec<_>>().join(" ");
    log.take().into_iter().map(words).filter(|sql| sql != "BEGIN" && sql != "COMMIT").collect()
}

#[tokio::test]
async fn keys_come_with_the_flush() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    let (one, two) = (session.add(post(0, "one")), session.add(post(0, "two")));
    session.relate(one, Post.author, alice)?;
    session.relate(alice, Author.posts, two)?;
    session.relate(two, Post.editor, alice)?;
    session.commit().await?;
    let id = session[alice].id;
    assert!(id > 0);
    assert_eq!((session[one].author_id, session[two].author_id), (id, id));
    assert_eq!((session[one].editor_id, session[two].editor_id), (None, Some(id)));

    // An object that has a row can refer to one that has none yet.
    let bob = session.add(author("Bob"));
    session.relate(one, Post.author, bob)?;
    assert!(session.is_dirty());
    session.commit().await?;
    let posts = query(Post).filter_by(Post.author_id, session[bob].id).on(&engine).all().await?;
    assert_eq!(posts, [session[one].clone()]);

    // The key of one that has a row is there at once.
    session.relate(one, Post.editor, bob)?;
    assert_eq!(session[one].editor_id, Some(session[bob].id));
    session.unrelate(one, Post.editor, alice).await?;
    assert!(session[one].editor_id.is_some(), "they are not together");
    session.unrelate(one, Post.editor, bob).await?;
    assert_eq!(session[one].editor_id, None);
    session.commit().await
}

#[tokio::test]
async fn the_last_word_counts() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let (alice, bob) = (session.add(author("Alice")), session.add(author("Bob")));
    let one = session.add(post(0, "one"));
    session.relate(one, Post.author, alice)?;
    session.relate(one, Post.author, bob)?;
    session.relate(one, Post.editor, alice)?;
    session.unrelate(one, Post.editor, alice).await?;
    session.commit().await?;
    assert_eq!((session[one].author_id, session[one].editor_id), (session[bob].id, None));
    let error = session.unrelate(one, Post.author, bob).await.unwrap_err();
    assert_eq!((error.kind(), error.column()), (ErrorKind::State, Some("author_id")));
    assert!(error.message().starts_with("Post cannot be without Author: delete it,"), "{error}");

    let gone = session.add(author("Gone"));
    session.relate(one, Post.editor, gone)?;
    session.delete(gone)?;
    let error = session.flush().await.unwrap_err();
    assert_eq!((error.kind(), error.table(), error.column()), (ErrorKind::State, Some("posts"), Some("editor_id")));
    Ok(())
}

#[tokio::test]
async fn a_tree_in_layers() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    // The deepest first: the order of adding is not that of writing.
    let folders: Vec<_> = (0..40).map(|number| session.add(folder(&format!("f{number}")))).collect();
    for (number, &child) in folders.iter().enumerate().take(39) {
        // Each level has eight folders, of one parent in the level above.
        let parent = folders[(number / 8 + 1) * 8 % 40];
        if number < 32 {
            session.relate(child, Folder.parent, parent)?;
        }
    }
    session.commit().await?;
    let child = query(Folder).with(Folder.parent).filter_by(Folder.name, "f0").on(&engine).one().await?;
    assert_eq!(child.1.map(|parent| parent.name), Some("f8".into()));
    let mut count = 0;
    let mut folder = query(Folder).filter_by(Folder.name, "f0").on(&engine).one().await?;
    while let Some(parent) = folder.parent_id {
        folder = session.get(Folder, parent).await?.unwrap();
        count += 1;
    }
    assert_eq!((count, &*folder.name), (4, "f32"));
    for &folder in &folders {
        session.delete(folder)?;
    }
    session.commit().await?;
    assert_eq!(query(Folder).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_circle_is_closed_by_a_second_update() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let team = session.add(Team { name: "Reds".into(), ..Default::default() });
    let (ann, ben) = (session.add(player("Ann")), session.add(player("Ben")));
    session.relate(ann, Player.team, team)?;
    session.relate(team, Team.players, ben)?;
    session.relate(team, Team.captain, ben)?;
    let log = Log::start();
    session.commit().await?;
    let written = statements(&log);
    assert_eq!(written.last().map(String::as_str), Some("UPDATE teams SET"), "{written:?}");
    assert_eq!(session[team].captain_id, Some(session[ben].id));
    let found = query(Team).with(Team.captain).with(Team.players.order_by(Player.id)).on(&engine).one().await?;
    assert_eq!((found.1.unwrap().name, found.2.len()), ("Ben".into(), 2));
    assert_eq!(found.0, session[team], "what is here is what is there");

    for player in [ann, ben] {
        session.delete(player)?;
    }
    session.delete(team)?;
    session.commit().await?;
    assert_eq!(query(Player).on(&engine).count().await?, 0);
    assert_eq!(query(Team).on(&engine).count().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_circle_of_given_keys_too() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(Team { id: 7, name: "Blues".into(), captain_id: Some(9) });
    session.add(Player { id: 9, team_id: 7, ..player("Cid") });
    let own = session.add(Folder { id: 5, parent_id: Some(5), ..folder("its own parent") });
    let other = session.add(folder("its own too"));
    session.relate(other, Folder.parent, other)?;
    session.commit().await?;
    assert_eq!(session[own].parent_id, Some(5));
    assert_eq!(session[other].parent_id, Some(session[other].id));
    let team = query(Team).with(Team.captain).on(&engine).one().await?;
    assert_eq!((team.0.captain_id, team.1.map(|captain| captain.id)), (Some(9), Some(9)));
    Ok(())
}

#[tokio::test]
async fn a_circle_that_fails_can_be_mended() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("Taken"));
    session.commit().await?;
    let team = session.add(Team { id: 3, name: "Greens".into(), captain_id: Some(4) });
    session.add(Player { id: 4, team_id: 3, ..player("Dan") });
    let taken = session.add(author("Taken"));
    let error = session.commit().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::UniqueViolation);
    session[taken].name = "Free".into();
    session.commit().await?;
    assert_eq!(session[team].captain_id, Some(4));
    assert_eq!(query(Team.captain_id).on(&engine).one().await?, Some(4));
    Ok(())
}

#[tokio::test]
async fn links_come_and_go() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    let one = session.add(post(0, "one"));
    session.relate(one, Post.author, alice)?;
    let [rust, sql] = ["rust", "sql"].map(|name| session.add(Tag { name: name.into(), ..Default::default() }));
    session.relate(one, Post.tags, rust)?;
    session.relate(one, Post.tags, rust)?;
    session.relate(sql, Tag.posts, one)?;
    session.commit().await?;
    assert_eq!(query(PostTag).on(&engine).count().await?, 2, "one and the same link is one row");
    session.unrelate(one, Post.tags, sql).await?;
    session.commit().await?;

    // A session that does not know the row asks for it.
    let mut other = engine.session();
    let (post, tag) = (other.query(Post).track().await?[0], other.query(Tag).order_by(Tag.id).track().await?);
    other.unrelate(post, Post.tags, tag[1]).await?;
    other.unrelate(post, Post.tags, tag[0]).await?;
    other.relate(post, Post.tags, tag[1])?;
    other.commit().await?;
    let tags: Vec<Tag> = other.related(post, Post.tags).await?;
    assert_eq!(tags.iter().map(|tag| &*tag.name).collect::<Vec<_>>(), ["sql"]);
    Ok(())
}

/// A link is one row, whoever has made it: relations from either side, the program by hand, a flush before, another session.
#[tokio::test]
async fn a_link_is_made_once() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    let posts = session.add_all((0..4).map(|number| post(0, &format!("post {number}"))));
    let tags = session.add_all((0..40).map(|number| Tag { name: format!("tag {number}"), ..Default::default() }));
    for &post in &posts {
        session.relate(post, Post.author, alice)?;
        for &tag in &tags {
            session.relate(post, Post.tags, tag)?;
            session.relate(tag, Tag.posts, post)?;
        }
    }
    // Two rows by hand: of one the key is known from the start, the other one waits for it.
    session.flush().await?;
    assert_eq!(session.query(PostTag).count().await?, 160);
    session.commit().await?;
    let new = session.add(post(session[alice].id, "new"));
    session.flush().await?;
    session.add(PostTag { post_id: session[new].id, tag_id: session[tags[0]].id });
    session.relate(new, Post.tags, tags[0])?;
    let late = session.add(Tag { name: "late".into(), ..Default::default() });
    let by_hand = session.add(PostTag { post_id: session[new].id, tag_id: 0 });
    session.relate(by_hand, PostTag.tag, late)?;
    session.relate(late, Tag.posts, new)?;
    assert_eq!(session.new().count(), 3);
    // One that is expunged makes room for another one.
    let gone = session.add(Tag { name: "gone".into(), ..Default::default() });
    session.expunge(gone)?;
    session.add(PostTag { post_id: session[new].id, tag_id: session[tags[1]].id });
    session.relate(new, Post.tags, tags[1])?;
    session.commit().await?;
    assert_eq!(query(PostTag).on(&engine).count().await?, 163);

    // Rows that are there, and one that was to go.
    session.query(PostTag).track().await?;
    for &tag in &tags {
        session.relate(tag, Tag.posts, posts[0])?;
    }
    session.unrelate(posts[1], Post.tags, tags[7]).await?;
    session.relate(tags[7], Tag.posts, posts[1])?;
    assert_eq!((session.is_dirty(), session.deleted().count()), (false, 0));
    session.unrelate(posts[1], Post.tags, tags[7]).await?;
    session.commit().await?;
    session.relate(tags[7], Tag.posts, posts[1])?;
    session.relate(posts[1], Post.tags, tags[7])?;
    session.commit().await?;
    assert_eq!(query(PostTag).on(&engine).count().await?, 163);
    Ok(())
}

#[tokio::test]
async fn a_rollback_forgets_what_was_related() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let alice = session.add(author("Alice"));
    let one = session.add(post(0, "one"));
    session.relate(one, Post.author, alice)?;
    session.commit().await?;
    let bob = session.add(author("Bob"));
    session.relate(one, Post.author, bob)?;
    session.rollback().await?;
    assert_eq!((session.state(bob), session.is_dirty()), (State::Detached, false));
    session[one].title = "ONE".into();
    session.commit().await?;
    assert_eq!(session[one].author_id, session[alice].id);

    let mut nested = session.begin_nested().await?;
    let carol = nested.add(author("Carol"));
    nested.relate(one, Post.editor, carol)?;
    nested.flush().await?;
    assert!(nested[one].editor_id.is_some());
    nested.rollback().await?;
    assert_eq!((session[one].editor_id, session.state(carol)), (None, State::Detached), "gone from the session");
    session.commit().await
}

#[tokio::test]
async fn changes_of_one_shape_are_few_statements() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let authors = session.add_all((0..300).map(|number| author(&format!("author {number}"))));
    session.commit().await?;
    for (number, &author) in authors.iter().enumerate() {
        session[author].age = number as i32 + 1;
        session[author].email = (number % 3 > 0).then(|| format!("{number}@example.org"));
        if number % 2 == 0 {
            session[author].role = Some("writer".into());
        }
    }
    let log = Log::start();
    session.commit().await?;
    let updates = statements(&log).len();
    let (style, most) = (capabilities(&engine).update_many.style, capabilities(&engine).update_many.most);
    // Four shapes, of 50 and 100 rows, each in powers of two.
    match style {
        UpdateStyle::OneRow => assert_eq!(updates, 300),
        UpdateStyle::Arrays => assert_eq!(updates, 4),
        UpdateStyle::Values | UpdateStyle::Cases => assert!(updates <= 12, "{updates} of {most} rows"),
    }
    let rows = query(Author).order_by(Author.id).on(&engine).all().await?;
    let here: Vec<Author> = authors.iter().map(|&author| session[author].clone()).collect();
    assert_eq!(rows, here);

    for &author in &authors {
        session.delete(author)?;
    }
    session.commit().await?;
    let deletes = statements(&log).len();
    assert!(deletes <= 2, "{deletes}");
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    Ok(())
}
