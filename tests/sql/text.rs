//! Texts: patterns, functions, and SQL of the user's.

use crate::{
    fixture::User,
    sheet::{Sheet, refused},
};
use aludel::prelude::*;
use proptest::prelude::*;

#[tokio::test]
async fn patterns() {
    let mut sheet = Sheet::new().await;
    sheet.users(User.name.like("A%"), &[1]).await;
    sheet.users(User.name.like("a%"), &[]).await;
    sheet.users(User.name.like("_id"), &[3]).await;
    sheet.users(User.name.not_like("%d%"), &[2, 4]).await;
    sheet.users(User.name.ilike("a%"), &[1]).await;
    sheet.users(User.name.starts_with("50%"), &[4]).await;
    sheet.users(User.name.starts_with("5_"), &[]).await;
    sheet.users(User.name.ends_with("/x"), &[4]).await;
    sheet.users(User.name.contains("%_/"), &[4]).await;
    sheet.users(User.name.contains("%d"), &[]).await;
    sheet.users(User.name.contains("b"), &[2]).await;
    sheet.users(User.email.like("%@example.org"), &[1, 3]).await;
    sheet.users(!User.email.like("ada%"), &[3]).await;
    sheet.users(User.name.concat("!").like("%a!"), &[1]).await;
    sheet.finish("patterns");
}

#[tokio::test]
async fn text_functions() {
    let mut sheet = Sheet::new().await;
    let ada = |query: aludel::session::query::Query<String, _>| query.filter(User.id.eq(1));
    sheet.rows(ada(query(User.name.concat("!"))), ["Ada!".to_owned()]).await;
    sheet.rows(ada(query(User.name.concat(User.name).concat("!"))), ["AdaAda!".to_owned()]).await;
    sheet.rows(query(User.name.concat(User.email)).filter(User.id.eq(2)), [None]).await;
    sheet.rows(ada(query(func::lower(User.name))), ["ada".to_owned()]).await;
    sheet.rows(ada(query(func::upper(User.name))), ["ADA".to_owned()]).await;
    sheet.rows(query(func::length(User.name)).filter(User.id.eq(1)), [3]).await;
    sheet.rows(ada(query(func::trim(User.name.concat("  ")))), ["Ada".to_owned()]).await;
    sheet.rows(ada(query(func::rtrim(User.name.concat("  ")))), ["Ada".to_owned()]).await;
    sheet.rows(ada(query(func::ltrim(User.name))), ["Ada".to_owned()]).await;
    sheet.rows(ada(query(func::replace(User.name, "A", "E"))), ["Eda".to_owned()]).await;
    sheet.rows(ada(query(func::substr(User.name, 2, 1))), ["d".to_owned()]).await;
    sheet.rows(query(func::coalesce(User.email, "none")).filter(User.id.eq(2)), ["none".to_owned()]).await;
    sheet.rows(query(func::lower(User.email)).filter(User.id.eq(2)), [None]).await;
    sheet.finish("text_functions");
}

#[tokio::test]
async fn clauses() {
    let mut sheet = Sheet::new().await;
    sheet.users(text("age > :age").bind("age", 30), &[1, 4]).await;
    sheet
        .users(text("age > :age OR id = :id").bind("id", 2_i64).bind("age", 50) & User.active.eq(false), &[2, 4])
        .await;
    sheet.users(text("age BETWEEN :a AND :a + 11").bind("a", 25), &[1, 2, 3]).await;
    sheet.users(text("name <> ':a' AND age = :a -- :b").bind("a", 25), &[2, 3]).await;
    sheet.users(text("age > 25 -- and:") & User.active, &[1]).await;
    sheet.only("sqlite").users(text("email IS :none").bind("none", None::<String>), &[2, 4]).await;
    sheet.rows(query(text("max(age)").typed::<i32>()).from(User), [60]).await;
    sheet.rows(query(text("age * :n").bind("n", 2).typed::<i32>().label("twice")).from(User).limit(1), [72]).await;
    sheet.rows(query(User.id).order_by(text("age * :n").bind("n", -1).typed::<i32>()).limit(1), [4]).await;
    sheet.finish("clauses");
    let users = |clause| query(User.id).filter(clause).into_select();
    assert_eq!(
        refused(users(text("age > :age"))),
        "statement error: the text uses :age, which has no value; add .bind(\"age\", …)\n  in: age > :age"
    );
    assert_eq!(
        refused(users(text("age > 1").bind("age", 1))),
        "statement error: the value of :age is not used in the text\n  in: age > 1"
    );
}

#[test]
fn a_clause_that_is_left_open_is_refused() {
    let users = |clause| query(User.id).filter(clause).into_select();
    let open = "statement error: the text opens a quote and does not close it\n  in: name = 'Ada";
    assert_eq!(refused(users(text("name = 'Ada"))), open);
    let open = "statement error: the text opens a comment and does not close it\n  in: age /* > 1";
    assert_eq!(refused(users(text("age /* > 1"))), open);
}

/// A text out of the characters that patterns make something of.
fn odd_text() -> impl Strategy<Value = String> {
    "[ab%_/\\\\A'\"é]{0,4}"
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn escaped_patterns_find_what_rust_finds(texts in prop::collection::vec(odd_text(), 1..6), part in odd_text()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let engine = create_engine("sqlite://").expect("a URL").connect().await.expect("an engine");
            metadata![User, crate::fixture::Cluster].create_all(&engine).await.expect("tables");
            let mut session = engine.session();
            session.add_all(texts.iter().map(|name| User { name: name.clone(), ..Default::default() }));
            session.commit().await.expect("rows");
            let expect = |holds: fn(&str, &str) -> bool| -> Vec<&String> {
                texts.iter().filter(|text| holds(text, &part)).collect()
            };
            let names = |condition| query(User.name).filter(condition).order_by(User.id).on(&engine).all();
            assert_eq!(names(User.name.contains(&part)).await.expect("rows").iter().collect::<Vec<_>>(), expect(|a, b| a.contains(b)));
            assert_eq!(names(User.name.starts_with(&part)).await.expect("rows").iter().collect::<Vec<_>>(), expect(|a, b| a.starts_with(b)));
            assert_eq!(names(User.name.ends_with(&part)).await.expect("rows").iter().collect::<Vec<_>>(), expect(|a, b| a.ends_with(b)));
            assert_eq!(names(User.name.in_([&part])).await.expect("rows").iter().collect::<Vec<_>>(), expect(|a, b| a == b));
        });
    }
}
