//! Order, limits, repeated rows and labels.

use crate::{
    fixture::{Cluster, User},
    sheet::Sheet,
};
use aludel::prelude::*;

#[tokio::test]
async fn orders() {
    let mut sheet = Sheet::new().await;
    sheet.rows(query(User.id).order_by(User.name), [4, 1, 2, 3]).await;
    sheet.rows(query(User.id).order_by(User.name.desc()), [3, 2, 1, 4]).await;
    sheet.rows(query(User.id).order_by((User.age.desc(), User.name)), [4, 1, 2, 3]).await;
    sheet.rows(query(User.id).order_by(User.age).order_by(User.name.desc()), [3, 2, 1, 4]).await;
    sheet.rows(query(User.id).order_by(vec![User.age.asc(), User.id.desc()]), [3, 2, 1, 4]).await;
    sheet.rows(query(User.id).order_by((User.score.asc().nulls_first(), User.id)), [2, 4, 3, 1]).await;
    sheet.rows(query(User.id).order_by(User.score.asc().nulls_last()), [4, 3, 1, 2]).await;
    sheet.rows(query(User.id).order_by(User.score.desc().nulls_first()), [2, 1, 3, 4]).await;
    sheet.rows(query(User.id).order_by(User.score.desc().nulls_last()), [1, 3, 4, 2]).await;
    sheet.rows(query(User.id).order_by(User.age * -1).order_by(User.id), [4, 1, 2, 3]).await;
    sheet.rows(query(User.id).order_by((User.active, User.id)), [2, 4, 1, 3]).await;
    sheet.finish("orders");
}

#[tokio::test]
async fn limits() {
    let mut sheet = Sheet::new().await;
    let ordered = || query(User.id).order_by(User.id);
    sheet.rows(ordered().limit(2), [1, 2]).await;
    sheet.rows(ordered().limit(0), []).await;
    sheet.rows(ordered().offset(3), [4]).await;
    sheet.rows(ordered().limit(1).offset(2), [3]).await;
    sheet.rows(ordered().slice(1..3), [2, 3]).await;
    sheet.rows(ordered().slice(3..100), [4]).await;
    sheet.rows(ordered().slice(0..u64::MAX), [1, 2, 3, 4]).await;
    sheet.rows(query(User.age).distinct().order_by(User.age), [25, 36, 60]).await;
    sheet.finish("limits");
}

#[tokio::test]
async fn labels() {
    let mut sheet = Sheet::new().await;
    let names = ["Ada", "Bob", "cid", "50%_/x"].map(str::to_owned);
    sheet.rows(query(User.name.label("name_label")).order_by(User.id), names).await;
    let twice = || (User.age * 2).label("twice");
    sheet.rows(query(twice()).order_by(twice().desc()), [120, 72, 50, 50]).await;
    sheet.rows(query(twice()).order_by(twice()).filter(User.age.gt(30)), [72, 120]).await;
    sheet.rows(query(User.id).order_by(((User.age * 2).label("unselected"), User.id)), [2, 3, 1, 4]).await;
    sheet
        .rows(query((twice(), func::count_all())).group_by(twice()).order_by(twice()), [(50, 2), (72, 1), (120, 1)])
        .await;
    sheet.rows(query(User.id.label("Mixed Case \"quoted\"")).filter(User.id.eq(1)), [1]).await;
    sheet.rows(query(User.id.label("select")).order_by(User.id.label("select")).limit(1), [1]).await;
    sheet.finish("labels");
}

#[tokio::test]
async fn selections() {
    let mut sheet = Sheet::new().await;
    sheet.rows(query((User.id, User.name, User.email)).filter(User.id.eq(2)), [(2, "Bob".to_owned(), None)]).await;
    let beta = Cluster { id: 2, name: "beta".into() };
    sheet.rows(query(Cluster).filter(Cluster.id.eq(2)), [beta.clone()]).await;
    sheet.rows(query((Cluster, Cluster.id + 1)).filter(Cluster.id.eq(2)), [(beta.clone(), 3)]).await;
    sheet
        .rows(
            query((Cluster.id, User.id)).filter(User.cluster_id.eq(Cluster.id)).order_by(User.id),
            [(1, 1), (1, 2), (2, 3)],
        )
        .await;
    sheet.rows(query(func::count_all()).from(User), [4]).await;
    sheet.rows(query(func::count_all()).from(Cluster).cross_join(User), [12]).await;
    sheet.rows(query(func::count_all()), [1]).await;
    sheet.finish("selections");
}

#[tokio::test]
async fn the_first_of_equal_rows() {
    let mut sheet = Sheet::new().await;
    let lacking: &[&str] = &["sqlite", "mysql", "mariadb"];
    let youngest = || query(User.id).distinct_on(User.active).order_by((User.active, User.age, User.id));
    sheet.lacking(lacking).rows(youngest(), [2, 3]).await;
    let odd = query(User.id).distinct_on(User.age % 2).order_by((User.age % 2, User.id));
    sheet.lacking(lacking).rows(odd, [1, 2]).await;
    for engine in sheet.engines().filter(|engine| engine.dialect().capabilities().distinct_on) {
        assert_eq!(youngest().on(engine).count().await.expect("a count"), 2);
        let both = youngest().union(query(User.id).filter(User.id.eq(4))).on(engine).all().await;
        assert_eq!(both.expect("rows").len(), 3);
    }
    sheet.finish("the_first_of_equal_rows");
}
