//! Relations as more than a name: filtered, ordered and limited, through a table that links, in conditions, for one row.

use crate::{
    DIALECT,
    database::{Log, memory, skipped},
    models::{Author, Comment, Follow, Person, Post, PostTag, Profile, Tag, author, post},
};
use aludel::{ErrorKind, prelude::*};

/// Alice with three posts, Bob with one, Carol with none; the first post has both tags, the second one.
async fn blog() -> aludel::Result<Engine> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all(["Alice", "Bob", "Carol"].map(author));
    session.add_all([post(1, "one"), post(1, "two"), post(1, "three"), post(2, "four")]);
    session.add_all(["rust", "sql"].map(|name| Tag { name: name.into(), ..Default::default() }));
    session.add_all([(1, 1), (1, 2), (2, 1)].map(|(post_id, tag_id)| PostTag { post_id, tag_id }));
    session.add(Comment { post_id: 1, text: "Well".into(), ..Default::default() });
    session.commit().await?;
    Ok(engine)
}

fn titles(posts: &[Post]) -> Vec<&str> {
    posts.iter().map(|post| post.title.as_str()).collect()
}

fn names(tags: &[Tag]) -> Vec<&str> {
    tags.iter().map(|tag| tag.name.as_str()).collect()
}

#[tokio::test]
async fn filtered_and_ordered() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let posts = Author.posts.filter(Post.title.ne("two")).order_by(Post.title.desc());
    let tree: Vec<(Author, Vec<Post>)> = query(Author).with(posts).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 2);
    let found: Vec<_> = tree.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(found, [vec!["three", "one"], vec!["four"], vec![]]);

    // A condition on the one row that each refers to leaves it out, and never the row itself.
    let posts: Vec<(Post, Option<Author>)> =
        query(Post).with(Post.editor.filter(Author.name.eq("Nobody"))).order_by(Post.id).on(&engine).all().await?;
    assert_eq!((posts.len(), posts.iter().filter(|(_, editor)| editor.is_some()).count()), (4, 0));
    Ok(())
}

#[tokio::test]
async fn the_first_of_each() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let latest = Author.posts.order_by(Post.id.desc()).limit(2);
    let tree = query(Author).with(latest).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 2);
    let found: Vec<_> = tree.iter().map(|(_, posts)| titles(posts)).collect();
    assert_eq!(found, [vec!["three", "two"], vec!["four"], vec![]]);

    let second = Author.posts.order_by(Post.id).offset(1).limit(1).with(Post.tags);
    let tree = query(Author).with(second).order_by(Author.id).on(&engine).all().await?;
    let found: Vec<_> =
        tree.iter().flat_map(|(_, posts)| posts).map(|(post, tags)| (&*post.title, names(tags))).collect();
    assert_eq!(found, [("two", vec!["rust"])]);

    let one_tag =
        query(Post).with(Post.tags.order_by(Tag.name.desc()).limit(1)).order_by(Post.id).on(&engine).all().await?;
    let found: Vec<_> = one_tag.iter().map(|(_, tags)| names(tags)).collect();
    assert_eq!(found, [vec!["sql"], vec!["rust"], vec![], vec![]]);
    Ok(())
}

#[tokio::test]
async fn many_to_many() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let tree: Vec<(Post, Vec<Tag>, Author)> =
        query(Post).with(Post.tags.order_by(Tag.name)).with(Post.author).order_by(Post.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 2, "the link and the far end in one");
    let found: Vec<_> = tree.iter().map(|(_, tags, author)| (names(tags), &*author.name)).collect();
    assert_eq!(found, [(vec!["rust", "sql"], "Alice"), (vec!["rust"], "Alice"), (vec![], "Alice"), (vec![], "Bob")]);
    let back: Vec<(Tag, Vec<(Post, Author, Vec<Comment>)>)> = query(Tag)
        .with(Tag.posts.with(Post.author).with(Post.comments).order_by(Post.id))
        .order_by(Tag.id)
        .on(&engine)
        .all()
        .await?;
    assert_eq!(log.take().len(), 3);
    let found: Vec<_> =
        back[0].1.iter().map(|(post, author, comments)| (&*post.title, &*author.name, comments.len())).collect();
    assert_eq!(found, [("one", "Alice", 1), ("two", "Alice", 0)]);

    let joined: Vec<(String, String)> =
        query((Post.title, Tag.name)).join(Post.tags).order_by((Post.id, Tag.id)).on(&engine).all().await?;
    assert_eq!(joined.len(), 3);
    assert_eq!(joined[1], ("one".into(), "sql".into()));
    Ok(())
}

#[tokio::test]
async fn many_to_many_of_one_table() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all(["Ann", "Ben", "Cid"].map(|name| Person { name: name.into(), ..Default::default() }));
    session.add_all([(1, 2), (1, 3), (2, 1)].map(|(follower_id, followed_id)| Follow { follower_id, followed_id }));
    session.commit().await?;
    let people: Vec<(Person, Vec<Person>, Vec<Person>)> = query(Person)
        .with(Person.follows.order_by(Person.id))
        .with(Person.followers.order_by(Person.id))
        .order_by(Person.id)
        .on(&engine)
        .all()
        .await?;
    let name = |people: &[Person]| people.iter().map(|person| person.name.clone()).collect::<Vec<_>>().join(" ");
    let found: Vec<_> = people.iter().map(|(_, follows, followers)| (name(follows), name(followers))).collect();
    assert_eq!(
        found,
        [
            ("Ben Cid".to_owned(), "Ben".to_owned()),
            ("Ann".to_owned(), "Ann".to_owned()),
            (String::new(), "Ann".to_owned())
        ]
    );
    let fan = Person.alias("fan");
    let of_cid: Vec<String> = query(fan.name).filter(fan.follows.any(Person.name.eq("Cid"))).on(&engine).all().await?;
    assert_eq!(of_cid, ["Ann"]);
    let error = query(Person.name).filter(Person.follows.exists()).on(&engine).all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Statement);
    assert!(error.message().contains("let other = Model.alias"), "{error}");
    Ok(())
}

#[tokio::test]
async fn in_conditions() -> aludel::Result<()> {
    let engine = blog().await?;
    let author_names =
        |condition: Expr<bool>| query(Author.name).filter(condition).order_by(Author.id).on(&engine).all();
    assert_eq!(author_names(Author.posts.any(Post.title.like("t%"))).await?, ["Alice"]);
    assert_eq!(author_names(Author.posts.none(Post.title.like("t%"))).await?, ["Bob", "Carol"]);
    assert_eq!(author_names(!Author.posts.exists()).await?, ["Carol"]);
    assert_eq!(author_names(Author.posts.any(Post.tags.any(Tag.name.eq("sql")))).await?, ["Alice"]);
    let counts: Vec<(String, i64)> =
        query((Author.name, Author.posts.count())).order_by(Author.posts.count().desc()).on(&engine).all().await?;
    assert_eq!(counts[0], ("Alice".into(), 3));
    assert_eq!(author_names(Author.posts.filter(Post.title.ne("one")).count().eq(2)).await?, ["Alice"]);
    let titles: Vec<String> =
        query(Post.title).filter(Post.author.any(Author.name.eq("Bob"))).on(&engine).all().await?;
    assert_eq!(titles, ["four"]);
    assert_eq!(query(Tag.name).filter(Tag.posts.count().eq(2)).on(&engine).all().await?, ["rust"]);
    Ok(())
}

#[tokio::test]
async fn for_one_row() -> aludel::Result<()> {
    let engine = blog().await?;
    let mut session = engine.session();
    let alice = session.query(Author).filter_by(Author.name, "Alice").one().await?;
    let posts: Vec<Post> = session.related(&alice, Author.posts.order_by(Post.id).limit(2)).await?;
    assert_eq!(titles(&posts), ["one", "two"]);
    let author: Author = session.related(&posts[0], Post.author).await?;
    assert_eq!(author, alice);
    let dave = session.add(Author { name: "Dave".into(), ..Default::default() });
    let profile: Option<Profile> = session.related(dave, Author.profile).await?;
    assert_eq!((profile, session[dave].id > 0), (None, true), "what is pending is flushed");
    let tags: Vec<Tag> = session.related(&posts[0], Post.tags.order_by(Tag.id)).await?;
    assert_eq!(names(&tags), ["rust", "sql"]);
    Ok(())
}

#[tokio::test]
async fn loaded_rows_as_objects() -> aludel::Result<()> {
    let engine = blog().await?;
    let mut session = engine.session();
    let tree = session.query(Post).with(Post.author).with(Post.tags).order_by(Post.id).track().await?;
    let (first, alice, _) = tree[0];
    assert_eq!(tree[1].1, alice, "one handle for each row");
    session[alice].email = Some("a@b.c".into());
    session[first].title = "ONE".into();
    session.commit().await?;
    let found: Vec<(String, Option<String>)> =
        query((Post.title, Author.email)).join(Post.author).order_by(Post.id).on(&engine).all().await?;
    assert_eq!(found[0], ("ONE".into(), Some("a@b.c".into())));
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_joined_is_loaded_apart() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let distinct = query(Post).with(Post.author).distinct().on(&engine).all().await?;
    assert_eq!((distinct.len(), log.take().len()), (4, 2));
    let apart = query(Post).with(Post.author.select_in()).on(&engine).all().await?;
    assert_eq!((apart.len(), log.take().len()), (4, 2));
    let few = query(Post).with(Post.author).order_by(Post.id).limit(1).offset(3).on(&engine).all().await?;
    assert_eq!((&*few[0].1.name, log.take().len()), ("Bob", 1));
    let filtered =
        query(Post).with(Post.author).join(Post.author).filter(Author.name.eq("Bob")).on(&engine).all().await?;
    assert_eq!((filtered.len(), &*filtered[0].1.name), (1, "Bob"), "a join of the program's own is another one");
    if DIALECT == "sqlite" {
        return skipped("there are no row locks");
    }
    let mut session = engine.session();
    let locked = session.query(Post).with(Post.author).for_update().all().await?;
    assert_eq!(locked.len(), 4);
    Ok(())
}

#[tokio::test]
async fn many_rows_by_a_join() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let tree = query(Author).with(Author.posts.joined()).order_by(Author.id.desc()).on(&engine).all().await?;
    let statements = log.take();
    assert_eq!((statements.len(), statements[0].contains("LEFT")), (1, true), "{statements:?}");
    let mut found: Vec<_> = tree.iter().map(|(author, posts)| (&*author.name, titles(posts))).collect();
    found[2].1.sort_unstable();
    assert_eq!(found, [("Carol", vec![]), ("Bob", vec!["four"]), ("Alice", vec!["one", "three", "two"])]);

    // Filtered, ordered and with the one row that each refers to; parents in any order.
    let posts = Author.posts.filter(Post.title.ne("two")).order_by(Post.title.desc()).with(Post.author).joined();
    let tree = query(Author).with(posts).filter(Author.posts.any(Post.title.ne("four"))).on(&engine).all();
    let [(alice, posts)] = &tree.await?[..] else { panic!("Alice alone has another post") };
    assert_eq!(log.take().len(), 1);
    let found: Vec<_> = posts.iter().map(|(post, author)| (&*post.title, author)).collect();
    assert_eq!(found, [("three", alice), ("one", alice)]);

    // Through a table that links, beside another relation.
    let posts = query(Post).with(Post.tags.order_by(Tag.name).joined()).with(Post.author).order_by(Post.id);
    let posts: Vec<(Post, Vec<Tag>, Author)> = posts.on(&engine).all().await?;
    assert_eq!(log.take().len(), 1);
    let found: Vec<_> = posts.iter().map(|(_, tags, author)| (names(tags), &*author.name)).collect();
    assert_eq!(found, [(vec!["rust", "sql"], "Alice"), (vec!["rust"], "Alice"), (vec![], "Alice"), (vec![], "Bob")]);

    let mut session = engine.session();
    let tree = session.query(Author).with(Author.posts.order_by(Post.id).joined()).order_by(Author.id).track().await?;
    assert_eq!(tree.iter().map(|(_, posts)| posts.len()).collect::<Vec<_>>(), [3, 1, 0]);
    assert_eq!(session[tree[1].1[0]].title, "four");
    Ok(())
}

/// What is loaded is the same, whether a query can take it along or not.
#[tokio::test]
async fn many_rows_that_cannot_be_joined() -> aludel::Result<()> {
    let engine = blog().await?;
    let log = Log::start();
    let posts = Author.posts.order_by(Post.id).joined();
    let limited = query(Author).with(posts.clone()).order_by(Author.id).limit(2).on(&engine).all().await?;
    assert_eq!((limited.iter().map(|(_, posts)| posts.len()).collect::<Vec<_>>(), log.take().len()), (vec![3, 1], 2));
    let first = query(Author).with(posts.clone()).order_by(Author.id).on(&engine).first().await?;
    assert_eq!((first.map(|(_, posts)| posts.len()), log.take().len()), (Some(3), 2));
    let again = query(Author).join(Author.posts).with(posts.clone()).order_by(Author.id).on(&engine).all().await?;
    assert_eq!((again.len(), log.take().len()), (4, 2), "the query's own join yields Alice three times");
    let latest = Author.posts.order_by(Post.id.desc()).limit(1).joined();
    let latest = query(Author).with(latest).order_by(Author.id).on(&engine).all().await?;
    assert_eq!((titles(&latest[0].1), log.take().len()), (vec!["three"], 2));
    // The posts of each tag, and theirs: a post comes for each of its tags.
    let tags = query(Tag).with(Tag.posts.order_by(Post.id).with(Post.comments.joined())).order_by(Tag.id);
    let tags: Vec<(Tag, Vec<(Post, Vec<Comment>)>)> = tags.on(&engine).all().await?;
    let comments = |tag: usize| tags[tag].1.iter().map(|(_, comments)| comments.len()).collect::<Vec<_>>();
    assert_eq!((comments(0), comments(1)), (vec![1, 0], vec![1]));
    log.take();
    // The second of two is loaded apart; else each row of one would come with each of the other.
    let posts = query(Post).with(Post.tags.joined()).with(Post.comments.joined()).order_by(Post.id);
    let posts: Vec<(Post, Vec<Tag>, Vec<Comment>)> = posts.on(&engine).all().await?;
    assert_eq!(log.take().len(), 2);
    let found: Vec<_> = posts.iter().map(|(_, tags, comments)| (tags.len(), comments.len())).collect();
    assert_eq!(found, [(2, 1), (1, 0), (0, 0), (0, 0)]);
    // One that is loaded apart takes along what its own query can.
    let tree =
        query(Author).with(Author.posts.with(Post.comments.joined())).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(log.take().len(), 2);
    let of_alice: Vec<_> = tree[0].1.iter().map(|(_, comments)| comments.len()).collect();
    assert_eq!((of_alice.len(), of_alice.iter().sum::<usize>()), (3, 1));
    Ok(())
}

#[derive(View, Debug, Clone, PartialEq)]
#[view(Tag)]
struct TagName {
    name: String,
}

#[derive(View, Debug, Clone, PartialEq)]
#[view(Post)]
struct PostLine {
    title: String,
    #[nested]
    tags: Vec<TagName>,
    #[view(author_id)]
    by: i64,
}

#[derive(View, Debug, Clone, PartialEq)]
#[view(Author)]
struct AuthorPage {
    name: String,
    #[nested]
    posts: Vec<PostLine>,
    #[nested(profile)]
    about: Option<ProfileLine>,
    age: i32,
}

#[derive(View, Debug, Clone, PartialEq)]
#[view(Profile)]
struct ProfileLine {
    motto: String,
}

#[tokio::test]
async fn as_structs_of_the_programs_own() -> aludel::Result<()> {
    let engine = blog().await?;
    let mut session = engine.session();
    session.add(Profile { author_id: 2, motto: "On".into(), ..Default::default() });
    session.commit().await?;
    let log = Log::start();
    let pages: Vec<AuthorPage> = query(Author).order_by(Author.id).view().on(&engine).all().await?;
    assert_eq!(log.take().len(), 3, "authors with their profiles, posts, tags");
    assert_eq!(pages.len(), 3);
    let mut titles: Vec<(&str, usize)> =
        pages[0].posts.iter().map(|post| (post.title.as_str(), post.tags.len())).collect();
    titles.sort_unstable();
    assert_eq!(titles, [("one", 2), ("three", 0), ("two", 1)]);
    assert_eq!(pages[1].about, Some(ProfileLine { motto: "On".into() }));
    assert_eq!((pages[2].posts.len(), pages[2].about.is_some()), (0, false));

    let latest = Author.posts.order_by(Post.id.desc()).limit(1).view::<PostLine>();
    let tree: Vec<(Author, Vec<PostLine>)> = query(Author).with(latest).order_by(Author.id).on(&engine).all().await?;
    assert_eq!(tree[0].1, [PostLine { title: "three".into(), tags: vec![], by: 1 }]);
    let line: Option<PostLine> = query(Post).filter_by(Post.title, "two").view().on(&engine).first().await?;
    assert_eq!(line.map(|line| line.tags), Some(vec![TagName { name: "rust".into() }]));
    Ok(())
}
