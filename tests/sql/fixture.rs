//! The tables and rows that every test shares.

use aludel::prelude::*;
use rust_decimal::Decimal;

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("clusters")]
#[has_many(users: User.cluster_id)]
pub struct Cluster {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 50, unique)]
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("users")]
#[has_many(posts: Post.user_id, reports: User.boss_id)]
pub struct User {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 100)]
    pub name: String,
    #[column(length = 100)]
    pub email: Option<String>,
    pub age: i32,
    pub score: Option<f64>,
    pub active: bool,
    #[column(foreign_key = Cluster.id, relation = cluster)]
    pub cluster_id: Option<i64>,
    #[column(foreign_key = Self.id, relation = boss)]
    pub boss_id: Option<i64>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("posts")]
pub struct Post {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = User.id, relation = author)]
    pub user_id: i64,
    #[column(length = 200)]
    pub title: String,
    pub views: i64,
    pub rating: Option<i32>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("items")]
pub struct Item {
    #[column(primary_key)]
    pub id: i64,
    pub quantity: i64,
    #[column(precision = 10, scale = 2)]
    pub price: Decimal,
    #[column(precision = 10, scale = 4)]
    pub tax: Option<Decimal>,
    #[column(precision = 10, scale = 0)]
    pub points: Decimal,
}

/// A decimal as it is written.
pub fn dec(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

/// The tables, with a few rows.
pub async fn engine(url: &str) -> Engine {
    let engine = crate::connect(url).await.expect("an engine");
    metadata![Cluster, User, Post, Item].create_all(&engine).await.expect("tables");
    let mut session = engine.session();
    session.add_all(["alpha", "beta", "gamma"].map(|name| Cluster { name: name.into(), ..Default::default() }));
    session.flush().await.expect("clusters");
    let user = |id, name: &str, email: Option<&str>, age, score, active, cluster_id, boss_id| User {
        id,
        name: name.into(),
        email: email.map(Into::into),
        age,
        score,
        active,
        cluster_id,
        boss_id,
    };
    session.add_all([
        user(1, "Ada", Some("ada@example.org"), 36, Some(9.5), true, Some(1), None),
        user(2, "Bob", None, 25, None, false, Some(1), Some(1)),
        user(3, "cid", Some("cid@example.org"), 25, Some(4.25), true, Some(2), Some(1)),
        user(4, "50%_/x", None, 60, Some(0.5), false, None, None),
    ]);
    session.flush().await.expect("users");
    let post = |id, user_id, title: &str, views, rating| Post { id, user_id, title: title.into(), views, rating };
    session.add_all([
        post(1, 1, "Hello", 10, Some(5)),
        post(2, 1, "World", 0, None),
        post(3, 2, "Half off", 7, Some(3)),
    ]);
    let item = |id, quantity, price, tax: Option<&str>, points| Item {
        id,
        quantity,
        price: dec(price),
        tax: tax.map(dec),
        points: dec(points),
    };
    session.add_all([
        item(1, 3, "1.98", Some("0.1975"), "7"),
        item(2, 10, "10.00", None, "-2"),
        item(3, 0, "0.10", Some("0.1000"), "100"),
    ]);
    session.commit().await.expect("rows");
    engine
}
