//! UPDATE and DELETE of many rows.

use crate::{
    fixture::{Cluster, Item, Post, User},
    sheet::{Sheet, refused, rendered},
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
        "delete takes only filters and joins; put groups, order and limits into a subquery: .filter(Model.id.in_(query(…)))"
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

/// Rows of other tables say which rows are changed, and to what.
#[tokio::test]
async fn joined_writes() {
    let mut sheet = Sheet::new().await;
    let totals = query((Post.user_id, func::sum(Post.views).label("views"))).group_by(Post.user_id).subquery("totals");
    let from_totals = query(User).from(&totals).filter(totals.0.eq(User.id));
    update(&mut sheet, from_totals, User.score.set(totals.1.cast::<f64>()), 2).await;
    column(&sheet, User.score, &[Some(10.0), Some(7.0), Some(4.25), Some(0.5)]).await;
    let busy = query(User).join(User.posts).filter(Post.views.gt(8) & User.active);
    update(&mut sheet, busy, (User.age.set(User.age + 1), User.email.set(None)), 1).await;
    column(&sheet, User.age, &[37, 25]).await;
    let changes = values("changes", [(1_i64, "Ada L."), (2, "Robert"), (9, "nobody")]);
    let changed = query(User).join_on(&changes, User.id.eq(changes.0));
    update(&mut sheet, changed, User.name.set(changes.1), 2).await;
    column(&sheet, User.name, &["Ada L.".to_owned(), "Robert".to_owned()]).await;
    let boss = User.alias("boss");
    let reports = query(User).join_on(boss, User.boss_id.eq(boss.id)).filter(boss.name.starts_with("Ada"));
    update(&mut sheet, reports, User.cluster_id.set(boss.cluster_id), 2).await;
    column(&sheet, User.cluster_id, &[Some(1), Some(1), Some(1), None]).await;
    delete(&mut sheet, query(Post).join(Post.author).filter(User.age.lt(30)), 1).await;
    let quiet = query(User.id).filter(User.active).subquery("quiet");
    delete(&mut sheet, query(Post).from(&quiet).filter(quiet.eq(Post.user_id) & Post.views.eq(0)), 1).await;
    sheet.finish("joined_writes");
    let lonely = query(User).from(Cluster).all_rows().into_update(User.age.set(1)).expect("an update");
    insta::assert_snapshot!(refused(lonely));
    // Else they would be those of the table.
    let old = query(User).filter(User.age.gt(80)).subquery("old");
    insta::assert_snapshot!(refused(query(*old).from(&old).all_rows().into_delete().expect("a delete")));
    insta::assert_snapshot!(refused(query(*old).filter(old.active).into_update(User.age.set(1)).expect("an update")));
    let left = query(User).left_join(User.posts).filter(Post.id.is_null()).into_delete().expect("a delete");
    insta::assert_snapshot!(refused(left));
}

#[tokio::test]
async fn what_comes_back() {
    let mut sheet = Sheet::new().await;
    for page in sheet.pages() {
        let older = || query(User).filter(User.age.eq(25)).returning((User.id, (User.age + 1).label("next")));
        let set = || User.age.set(User.age + 10);
        let gone = || query(Post).filter(Post.user_id.eq(1)).returning(Post);
        let new = || {
            let clusters = ["x", "y"].map(|name| Cluster { name: name.into(), ..Cluster::default() });
            insert(Cluster).values(clusters).returning((Cluster.name, Cluster.id.gt(0)))
        };
        let sql = [
            Statement::from(older().into_update(set()).expect("an update")).to_sql(page.dialect),
            Statement::from(gone().into_delete().expect("a delete")).to_sql(page.dialect),
            new().to_sql(page.dialect).map(|sql| sql.join("; ")),
        ];
        let can = [0, 1, 2].map(|index: usize| sql[index].is_ok());
        for sql in sql {
            page.note(&sql.unwrap_or_else(|error| format!("-- {error}")));
        }
        let Some(engine) = page.engine() else { continue };
        if can[0] {
            let mut rows = older().on(engine).update(set()).await.expect("rows");
            rows.sort();
            assert_eq!(rows, [(2, 36), (3, 36)]);
        }
        if can[1] {
            let mut posts = gone().on(engine).delete().await.expect("rows");
            posts.sort_by_key(|post| post.id);
            assert_eq!(posts.iter().map(|post| &*post.title).collect::<Vec<_>>(), ["Hello", "World"]);
        }
        if can[2] {
            let mut rows = new().on(engine).all().await.expect("rows");
            rows.sort();
            assert_eq!(rows, [("x".to_owned(), true), ("y".to_owned(), true)]);
        }
    }
    sheet.finish("what_comes_back");
    // PostgreSQL returns columns of the other tables too.
    let mut sheet = Sheet::new().await;
    for page in sheet.only("postgresql").pages() {
        let titles = || query(User).join(User.posts).filter(Post.views.eq(7)).returning((User.name, Post.title));
        page.note(&rendered(titles().into_update(User.age.set(1)).expect("an update"), page.dialect));
        if let Some(engine) = page.engine() {
            let rows = titles().on(engine).update(User.age.set(1)).await.expect("rows");
            assert_eq!(rows, [("Bob".to_owned(), "Half off".to_owned())]);
            let mut transaction = engine.begin().await.expect("a transaction");
            let gone = titles().on(&mut transaction).delete().await;
            assert_eq!(gone.expect_err("a key that is referred to").kind(), ErrorKind::ForeignKeyViolation);
        }
    }
    sheet.finish("what_comes_back_of_others");
}

/// Rows of a query are inserted.
#[tokio::test]
async fn rows_of_queries() {
    let mut sheet = Sheet::new().await;
    for page in sheet.pages() {
        let adults = || query((User.id + 100, User.name, User.id, literal(0_i64))).filter(User.age.gt(30));
        let columns = || (Post.id, Post.title, Post.user_id, Post.views);
        let new = || insert(Post).from_query(columns(), adults().filter(User.id.lt(9)));
        let old = query(User.id).filter(User.age.gt(50)).cte("old");
        let named = query((User.id + 200, User.name, *old, literal(1_i64))).join_on(&old, old.eq(User.id));
        let named = || insert(Post).from_query(columns(), named.clone());
        let copies = || {
            let again = query((Cluster.id, Cluster.name)).union_all(query((Cluster.id + 10, Cluster.name.concat("!"))));
            let copies = insert(Cluster).from_query((Cluster.id, Cluster.name), again);
            copies.on_conflict(Cluster.id).do_update(Cluster.name.set(excluded(Cluster.name).concat("?")))
        };
        let known = || {
            let titles = query((Post.user_id, Post.title)).filter(Post.id.lt(2));
            insert(Cluster).from_query((Cluster.id, Cluster.name), titles).on_conflict(Cluster.id).do_nothing()
        };
        let sqls = [
            new().to_sql(page.dialect),
            named().to_sql(page.dialect),
            copies().to_sql(page.dialect),
            known().to_sql(page.dialect),
        ];
        for sql in sqls {
            let sql = sql.expect("SQL").remove(0);
            crate::sheet::parsed(&sql, page.dialect);
            page.note(&sql);
        }
        let Some(engine) = page.engine() else { continue };
        assert_eq!(new().on(engine).execute().await.expect("rows"), 2);
        assert_eq!(named().on(engine).execute().await.expect("rows"), 1);
        let titles = query(Post.title).filter(Post.id.gt(3)).order_by(Post.title).on(engine).all().await.expect("rows");
        assert_eq!(titles, ["50%_/x", "50%_/x", "Ada"]);
        known().on(engine).execute().await.expect("no rows");
        copies().on(engine).execute().await.expect("rows");
        let names = query(Cluster.name).order_by(Cluster.id).on(engine).all().await.expect("rows");
        assert_eq!(names, ["alpha?", "beta?", "gamma?", "alpha!", "beta!", "gamma!"]);
        let both = insert(Cluster).values([Cluster::default()]).from_query(Cluster.name, query(User.name));
        assert_eq!(both.on(engine).execute().await.expect_err("both").kind(), ErrorKind::Statement);
    }
    sheet.finish("rows_of_queries");
    let wider = insert(User).from_query((User.email, User.name), query((User.name, User.name)));
    assert!(
        wider.to_sql(&aludel::dialects::sqlite::SqliteDialect).is_ok(),
        "a column that may be NULL takes what is not"
    );
    let other_scale = insert(Item).from_query(Item.tax, query(Item.price));
    insta::assert_snapshot!(other_scale.to_sql(&aludel::dialects::sqlite::SqliteDialect).expect_err("another scale"));
}

#[tokio::test]
async fn merges() {
    let mut sheet = Sheet::new().await;
    for page in sheet.pages() {
        let changes = values("changes", [(1_i64, "Ada L.", 1), (2, "Bob", -1), (3, "Cid", 3), (9, "Grace", 9)]);
        let merged = || {
            merge(Cluster, &changes, Cluster.id.eq(changes.0))
                .delete_if(changes.2.lt(0))
                .update_if(changes.2.gt(2), Cluster.name.set(changes.1.concat("!")))
                .update(Cluster.name.set(changes.1))
                .insert_if(changes.2.gt(1), (Cluster.id.set(changes.0), Cluster.name.set(changes.1)))
        };
        match merged().to_sql(page.dialect) {
            Ok(sql) => {
                crate::sheet::parsed(&sql, page.dialect);
                page.note(&sql);
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::NotSupported);
                page.note(&format!("-- {error}"));
                continue;
            }
        }
        let Some(engine) = page.engine() else { continue };
        query(User).all_rows().on(engine).update(User.cluster_id.set(None)).await.expect("nobody lives anywhere");
        assert_eq!(merged().on(engine).execute().await.expect("a merge"), 4);
        let clusters = query((Cluster.id, Cluster.name)).order_by(Cluster.id).on(engine).all().await.expect("rows");
        let expected = [(1, "Ada L."), (3, "Cid!"), (9, "Grace")].map(|(id, name)| (id, name.to_owned()));
        assert_eq!(clusters, expected);
    }
    sheet.finish("merges");
    let nothing = merge(User, Cluster, User.cluster_id.eq(Cluster.id));
    assert_eq!(
        nothing.to_sql(&aludel::dialects::sqlite::SqliteDialect).expect_err("nothing").kind(),
        ErrorKind::Statement
    );
}
