//! The unit of work on one page: relations, loading, links, versions, and what becomes of dependents. On SQLite in memory.

use aludel::{ErrorKind, prelude::*};
use chrono::{DateTime, Utc};

#[derive(Model, Debug, Clone, Default)]
#[table("authors")]
#[has_many(posts: Post.author_id, on_delete = "cascade")]
struct Author {
    #[column(primary_key)]
    id: i64,
    #[column(length = 50, unique)]
    name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[table("posts")]
#[has_many(comments: Comment.post_id, on_delete = "cascade")]
#[many_to_many(tags: Tag, through = PostTag)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Author.id, relation = author)]
    author_id: i64,
    title: String,
    #[column(version)]
    version: i32,
    #[column(updated_at)]
    updated_at: DateTime<Utc>,
}

#[derive(Model, Debug, Clone, Default)]
#[table("comments")]
#[has_many(replies: Self.reply_to)]
struct Comment {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Post.id, relation = post)]
    post_id: i64,
    #[column(foreign_key = Self.id, relation = parent)]
    reply_to: Option<i64>,
    text: String,
}

#[derive(Model, Debug, Clone, Default)]
#[table("tags")]
#[many_to_many(posts: Post, through = PostTag)]
struct Tag {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Debug, Clone, Default)]
#[table("post_tags")]
struct PostTag {
    #[column(primary_key, foreign_key = Post.id)]
    post_id: i64,
    #[column(primary_key, foreign_key = Tag.id)]
    tag_id: i64,
}

/// A page of the blog, in one struct.
#[derive(View, Debug, Clone)]
#[view(Post)]
struct Page {
    title: String,
    #[nested]
    author: Byline,
    #[nested]
    tags: Vec<TagName>,
}

#[derive(View, Debug, Clone)]
#[view(Author)]
struct Byline {
    name: String,
}

#[derive(View, Debug, Clone)]
#[view(Tag)]
struct TagName {
    name: String,
}

#[tokio::main]
async fn main() -> aludel::Result<()> {
    let url = std::env::args().nth(1).unwrap_or_else(|| "sqlite://".into());
    let engine = create_engine(&url)?.connect().await?;
    let tables = metadata![Author, Post, Comment, Tag, PostTag];
    tables.create_all(&engine).await?;

    // Objects refer to each other before the database has given them keys; the flush finds the order.
    let mut session = engine.session();
    let ada = session.add(Author { name: "Ada".into(), ..Default::default() });
    let post = session.add(Post { title: "On engines".into(), ..Default::default() });
    session.relate(ada, Author.posts, post)?;
    for name in ["rust", "looms"] {
        let tag = session.add(Tag { name: name.into(), ..Default::default() });
        session.relate(post, Post.tags, tag)?;
    }
    let question = session.add(Comment { text: "Which engine?".into(), ..Default::default() });
    let answer = session.add(Comment { text: "The analytical one.".into(), ..Default::default() });
    session.relate(question, Comment.post, post)?;
    session.relate(answer, Comment.post, post)?;
    session.relate(answer, Comment.parent, question)?;
    session.commit().await?;
    println!("post {} of author {}, version {}", session[post].id, session[ada].id, session[post].version);

    // One query a level; the latest comments of each post; what each post refers to is joined.
    let latest = Post.comments.order_by(Comment.id.desc()).limit(1);
    let posts: Vec<(Post, Author, Vec<Comment>)> =
        query(Post).with(Post.author).with(latest).filter(Post.tags.any(Tag.name.eq("rust"))).on(&engine).all().await?;
    for (post, author, comments) in &posts {
        println!(
            "{} by {}, last comment: {:?}",
            post.title,
            author.name,
            comments.first().map(|comment| &comment.text)
        );
    }
    let pages: Vec<Page> = query(Post).view().on(&engine).all().await?;
    for Page { title, author, tags } in &pages {
        let tags: Vec<&str> = tags.iter().map(|tag| tag.name.as_str()).collect();
        println!("{title} by {}: {}", author.name, tags.join(", "));
    }
    let busy: Vec<(String, i64)> = query((Author.name, Author.posts.count())).on(&engine).all().await?;
    println!("{busy:?}");

    // Whoever changes a row that another has changed since is told.
    query(Post).all_rows().on(&engine).update(Post.title.set("On the engine")).await?;
    session[post].title.push('!');
    let error = session.commit().await.expect_err("the post has another version");
    assert_eq!(error.kind(), ErrorKind::Stale);
    println!("{error}");
    session.rollback().await?;
    session.refresh(post).await?;

    // What belongs to an author goes with it, in an order that every constraint allows.
    session.delete(ada)?;
    session.commit().await?;
    println!(
        "{} comments, {} links, {} tags left",
        count(Comment, &engine).await?,
        count(PostTag, &engine).await?,
        count(Tag, &engine).await?
    );
    tables.drop_all(&engine).await
}

async fn count<T: Table>(table: T, engine: &Engine) -> aludel::Result<u64> {
    query(table).on(engine).count().await
}
