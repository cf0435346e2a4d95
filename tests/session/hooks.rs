//! What a program does when rows are written, and at the steps of a session.

use crate::{
    database::{builder, memory, tables, url},
    models::{Author, Item, Member, Post, author, post},
};
use aludel::{Error, ErrorKind, prelude::*, schema::Write};
use std::sync::{Arc, Mutex};

fn member(name: &str) -> Member {
    Member { name: name.into(), ..Default::default() }
}

/// Words in the order in which they were said.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<Vec<String>>>);

impl Said {
    fn say(&self, word: impl Into<String>) {
        self.0.lock().unwrap().push(word.into());
    }

    fn take(&self) -> String {
        std::mem::take(&mut *self.0.lock().unwrap()).join(" ")
    }
}

#[tokio::test]
async fn of_a_model() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let ada = session.add(member("  Ada "));
    session.commit().await?;
    assert_eq!((&*session[ada].name, session[ada].changes), ("Ada", 0));
    session[ada].name = "Ada L.".into();
    session.commit().await?;
    session[ada].name = "Ada Lovelace".into();
    session.commit().await?;
    assert_eq!(query(Member.changes).on(&engine).one().await?, 2);

    let nameless = session.add(member("  "));
    let error = session.flush().await.unwrap_err();
    assert_eq!(
        (error.kind(), error.table(), error.message()),
        (ErrorKind::CheckViolation, Some("aludel_app.members"), "a member has a name")
    );
    session[nameless].name = "root".into();
    session.commit().await?;
    session.delete(nameless)?;
    assert_eq!(session.commit().await.unwrap_err().message(), "root stays");
    session.rollback().await?;
    assert_eq!(query(Member).on(&engine).count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn of_a_session() -> aludel::Result<()> {
    let engine = memory().await;
    let said = Said::default();
    let say = |word: &'static str| {
        let said = said.clone();
        move |author: &Author| {
            said.say(format!("{word} {}", author.name));
            Ok(())
        }
    };
    let step = |word: &'static str| {
        let said = said.clone();
        move |_: &mut Session| said.say(word)
    };
    let (flush, flushed, commit) = (step("flush"), step("flushed"), step("commit"));
    let mut session = engine
        .session()
        .before(Write::Insert, |author: &mut Author| {
            author.age = 1;
            Ok(())
        })
        .after(Write::Insert, say("inserted"))
        .after(Write::Update, say("changed"))
        .after(Write::Delete, say("deleted"))
        .before_flush(move |session| {
            flush(session);
            Ok(())
        })
        .after_flush(move |session| {
            flushed(session);
            Ok(())
        })
        .before_commit(move |session| {
            commit(session);
            Ok(())
        })
        .after_commit(step("committed"))
        .before_rollback(step("rollback"))
        .after_rollback(step("rolled-back"));
    let alice = session.add(author("Alice"));
    session.commit().await?;
    assert_eq!((session[alice].age, said.take().as_str()), (1, "commit flush inserted Alice flushed committed"));
    session[alice].age = 2;
    session.flush().await?;
    session.flush().await?;
    assert_eq!(said.take(), "flush changed Alice flushed", "a flush with nothing to write is none");
    session.delete(alice)?;
    session.flush().await?;
    session.rollback().await?;
    assert_eq!(said.take(), "flush deleted Alice flushed rollback rolled-back");
    session.add(author("Alice"));
    session.commit().await.unwrap_err();
    assert_eq!(said.take(), "commit flush rolled-back", "a flush that failed was rolled back");
    Ok(())
}

#[tokio::test]
async fn what_a_hook_adds_is_flushed_too() -> aludel::Result<()> {
    let engine = builder(&url("").await)?
        .before_flush(|session| {
            let items = session.new().filter(|object| object.value::<Author>().is_some()).count();
            session.add_all((0..items).map(|_| Item::default()));
            Ok(())
        })
        .connect()
        .await?;
    tables().create_all(&engine).await?;
    let mut session = engine.session();
    session.add_all(["a", "b"].map(author));
    session.commit().await?;
    assert_eq!(query(Item).on(&engine).count().await?, 2);
    Ok(())
}

#[tokio::test]
async fn an_error_after_a_write_takes_it_back() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session().after(Write::Insert, |post: &Post| match post.title.as_str() {
        "no" => Err(Error::new(ErrorKind::CheckViolation, "no such post")),
        _ => Ok(()),
    });
    let alice = session.add(author("Alice"));
    let one = session.add(post(0, "no"));
    session.relate(one, Post.author, alice)?;
    assert_eq!(session.commit().await.unwrap_err().message(), "no such post");
    assert_eq!(query(Author).on(&engine).count().await?, 0);
    session[one].title = "yes".into();
    session.commit().await?;
    assert_eq!(query(Post.author_id).on(&engine).one().await?, session[alice].id);
    Ok(())
}

#[tokio::test]
async fn a_change_that_comes_with_a_key_is_seen() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    let (alice, one) = (session.add(author("Alice")), session.add(post(0, "one")));
    session.relate(one, Post.author, alice)?;
    session.commit().await?;
    let said = Said::default();
    let heard = said.clone();
    let mut session = engine.session().before(Write::Update, move |post: &mut Post| {
        heard.say(&post.title);
        Ok(())
    });
    let one = session.query(Post).track().await?[0];
    let bob = session.add(author("Bob"));
    session.relate(one, Post.author, bob)?;
    session.commit().await?;
    assert_eq!((said.take().as_str(), session[one].author_id), ("one", session[bob].id));
    Ok(())
}
