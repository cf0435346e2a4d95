//! Regular expressions, collations, full-text search and arrays.

use crate::{fixture::User, sheet::Sheet};
use aludel::prelude::*;

#[tokio::test]
async fn regular_expressions() {
    let mut sheet = Sheet::new().await;
    for (condition, ids) in [
        (User.name.regexp("^A.a$"), &[1][..]),
        (User.name.regexp("b|d"), &[1, 2, 3]),
        (User.name.regexp("^a"), &[]),
        (User.name.iregexp("^(a|C)"), &[1, 3]),
        (!User.name.regexp("[a-z]"), &[]),
    ] {
        let query = query(User.id).filter(condition).order_by(User.id);
        sheet.lacking(&["sqlite"]).rows(query, ids).await;
    }
    sheet.finish("regular_expressions");
}

#[tokio::test]
async fn collations() {
    let mut sheet = Sheet::new().await;
    let by = |collation: &'static str| query(User.id).filter(User.id.lt(4)).order_by(User.name.collate(collation));
    sheet.only("sqlite").rows(by("BINARY"), [1, 2, 3]).await;
    sheet.only("sqlite").rows(by("NOCASE"), [1, 2, 3]).await;
    sheet.only("postgresql").rows(by("C"), [1, 2, 3]).await;
    for dialect in ["mariadb", "mysql"] {
        sheet.only(dialect).rows(by("utf8mb4_unicode_ci"), [1, 2, 3]).await;
        let same = query(User.id).filter(User.name.collate("utf8mb4_unicode_ci").eq("ADA"));
        sheet.only(dialect).rows(same, [1]).await;
    }
    sheet.finish("collations");
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("articles")]
struct Article {
    #[column(primary_key)]
    id: i64,
    body: String,
}

#[tokio::test]
async fn full_text() {
    let mut sheet = Sheet::new().await;
    for engine in sheet.engines() {
        metadata![Article].create_all(engine).await.expect("a table");
        if matches!(engine.dialect().name(), "mysql" | "mariadb") {
            engine.run_script("ALTER TABLE articles ADD FULLTEXT INDEX ft_body (body)").await.expect("an index");
        }
        let texts = ["A database keeps promises", "Cats keep secrets", "Nothing of note here"];
        let articles = (1..).zip(texts).map(|(id, body)| Article { id, body: body.into() });
        insert(Article).values(articles).on(engine).execute().await.expect("articles");
    }
    let found = |words: &str| query(Article.id).filter(func::full_text(Article.body, words)).order_by(Article.id);
    sheet.lacking(&["sqlite"]).rows(found("database"), [1]).await;
    sheet.lacking(&["sqlite"]).rows(found("secrets"), [2]).await;
    sheet.lacking(&["sqlite"]).rows(found("elephants"), []).await;
    sheet.finish("full_text");
}

#[derive(Model, Debug, Clone, PartialEq)]
#[table("bags")]
struct Bag {
    #[column(primary_key)]
    id: i64,
    names: Vec<String>,
    numbers: Option<Vec<i64>>,
}

#[tokio::test]
async fn arrays() {
    let mut sheet = Sheet::new().await;
    for engine in sheet.engines().filter(|engine| engine.dialect().capabilities().arrays) {
        metadata![Bag].create_all(engine).await.expect("a table");
        let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
        let bags = [
            Bag { id: 1, names: names(&["a", "b"]), numbers: Some(vec![1, 2, 3]) },
            Bag { id: 2, names: names(&["b"]), numbers: None },
            Bag { id: 3, names: vec![], numbers: Some(vec![]) },
        ];
        insert(Bag).values(bags).on(engine).execute().await.expect("bags");
    }
    let word = |name: &str| name.to_owned();
    for (condition, ids) in [
        (Bag.names.has(word("b")), &[1, 2][..]),
        (Bag.names.has_all([word("b"), word("a")]), &[1]),
        (Bag.names.has_any([word("z"), word("b")]), &[1, 2]),
        (Bag.names.has_all([]), &[1, 2, 3]),
        (Bag.names.elements().gt(0), &[1, 2]),
    ] {
        let query = query(Bag.id).filter(condition).order_by(Bag.id);
        sheet.lacking(&["sqlite", "mysql", "mariadb"]).rows(query, ids).await;
    }
    let numbers = query((Bag.numbers.has(2), Bag.numbers.elements())).order_by(Bag.id);
    sheet
        .lacking(&["sqlite", "mysql", "mariadb"])
        .rows(numbers, [(Some(true), Some(3)), (None, None), (Some(false), Some(0))])
        .await;
    sheet.finish("arrays");
}
