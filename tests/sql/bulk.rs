//! UPDATE and DELETE of many rows.

use crate::{
    fixture::{Post, User},
    sheet::{Sheet, rendered},
};
use aludel::{
    ErrorKind,
    expr::Column,
    prelude::*,
    session::query::Query,
    statement::{Assignments, Statement},
    types::Field,
};
use std::fmt::Debug;

async fn update(sheet: &mut Sheet, query: Query<User>, set: impl Assignments<User> + Clone, rows: u64) {
    for page in sheet.pages() {
        page.note(&rendered(query.clone().into_update(set.clone()).expect("an update"), page.dialect));
        if let Some(engine) = page.engine() {
            assert_eq!(query.clone().on(engine).update(set.clone()).await.expect("an update"), rows);
        }
    }
}

async fn delete(sheet: &mut Sheet, query: Query<Post>, rows: u64) {
    for page in sheet.pages() {
        page.note(&rendered(query.clone().into_delete().expect("a delete"), page.dialect));
        if let Some(engine) = page.engine() {
            assert_eq!(query.clone().on(engine).delete().await.expect("a delete"), rows);
        }
    }
}

/// The column has these values, the first of those of all users.
async fn column<T: Field + Debug + PartialEq>(sheet: &Sheet, column: Column<User, T>, expected: &[T]) {
    for engine in sheet.engines() {
        let values = query(column).order_by(User.id).on(engine).all().await.expect("rows");
        assert_eq!(values[..expected.len()], *expected, "{engine:?}");
    }
}

#[tokio::test]
async fn updates() {
    let mut sheet = Sheet::new().await;
    update(&mut sheet, query(User).filter(User.id.gt(2)), User.cluster_id.set(None), 2).await;
    column(&sheet, User.cluster_id, &[Some(1), Some(1), None, None]).await;
    update(&mut sheet, query(User).all_rows(), User.age.set(User.age + 1), 4).await;
    column(&sheet, User.age, &[37, 26, 26, 61]).await;
    let both = (User.name.set("x"), User.email.set(Some("e".to_owned())));
    update(&mut sheet, query(User).filter(User.active & User.age.gt(30)), both, 1).await;
    column(&sheet, User.email, &[Some("e".to_owned())]).await;
    let cased = User.score.set(case(User.active, 1.0).otherwise(0.0));
    update(&mut sheet, query(User).filter(User.id.in_([1, 2])), vec![cased], 2).await;
    column(&sheet, User.score, &[Some(1.0), Some(0.0)]).await;
    let boss = User.alias("boss");
    update(&mut sheet, query(boss).filter(boss.id.eq(1)), boss.age.set(boss.age * 2), 1).await;
    column(&sheet, User.age, &[74]).await;
    let oldest = query(func::max(boss.age)).scalar_subquery();
    update(&mut sheet, query(User).filter(User.id.eq(2)), User.age.set(func::coalesce(oldest, 0)), 1).await;
    column(&sheet, User.age, &[74, 74]).await;
    let busy = func::exists(query(Post).filter(Post.user_id.eq(User.id)));
    update(&mut sheet, query(User).filter(busy), User.active.set(true), 2).await;
    sheet.finish("updates");
}

#[tokio::test]
async fn deletes() {
    let mut sheet = Sheet::new().await;
    delete(&mut sheet, query(Post).filter(Post.rating.is_null()), 1).await;
    let idle = query(User.id).filter(!User.active);
    delete(&mut sheet, query(Post).filter(Post.user_id.in_(idle)), 1).await;
    delete(&mut sheet, query(Post).filter(Post.views.gt(100)), 0).await;
    delete(&mut sheet, query(Post).all_rows(), 1).await;
    sheet.finish("deletes");
}

#[test]
fn mistakes_are_refused() {
    let message = |error: Option<aludel::Error>| {
        let error = error.expect("an error");
        assert_eq!(error.kind(), ErrorKind::Statement);
        error.message().to_owned()
    };
    assert_eq!(
        message(query(User).into_delete().err()),
        "this would delete every row of users; add a .filter(…), or say .all_rows()"
    );
    assert_eq!(
        message(query(User).into_update(User.age.set(1)).err()),
        "this would update every row of users; add a .filter(…), or say .all_rows()"
    );
    assert_eq!(
        message(query(User).filter(User.active).limit(1).into_delete().err()),
        "delete takes only filters; put joins, order and limits into a subquery: .filter(Model.id.in_(query(…)))"
    );
    let nothing: Vec<aludel::statement::Assignment<User>> = Vec::new();
    assert_eq!(message(query(User).all_rows().into_update(nothing).err()), "this update sets no column");
}

#[tokio::test]
async fn queries_named_in_writes() {
    let mut sheet = Sheet::new().await;
    let old = query(User.id).filter(User.age.gt(30)).cte("old");
    let theirs = || query(User).filter(User.id.in_(query(*old).from(&old)));
    let posts = || query(Post).filter(Post.user_id.in_(query(*old).from(&old)));
    for dialect in ["sqlite", "postgresql"] {
        sheet.only(dialect);
        update(&mut sheet, theirs(), User.active.set(false), 2).await;
        sheet.only(dialect);
        delete(&mut sheet, posts(), 2).await;
    }
    for page in sheet.pages().filter(|page| ["mysql", "mariadb"].contains(&page.dialect.name())) {
        let update = theirs().into_update(User.active.set(false)).expect("an update");
        let sql = Statement::from(update).to_sql(page.dialect);
        if let Err(error) = &sql {
            assert_eq!(error.kind(), ErrorKind::NotSupported);
        }
        page.note(&sql.unwrap_or_else(|error| format!("-- {error}")));
    }
    sheet.finish("queries_named_in_writes");
}
