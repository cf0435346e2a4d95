//! Windows, and what aggregates take.

use crate::{
    fixture::{Item, Post, User, dec},
    sheet::{Sheet, refused},
};
use aludel::prelude::*;

#[tokio::test]
async fn windows() {
    let mut sheet = Sheet::new().await;
    let by_age = || window().order_by((User.age, User.id));
    let ids = || query(User.id).order_by(User.id);
    let of = |expression| query((User.id, expression)).order_by(User.id);
    sheet.rows(of(func::row_number().over(by_age())), [(1, 3), (2, 1), (3, 2), (4, 4)]).await;
    sheet.rows(of(func::rank().over(window().order_by(User.age))), [(1, 3), (2, 1), (3, 1), (4, 4)]).await;
    sheet.rows(of(func::dense_rank().over(window().order_by(User.age.desc()))), [(1, 2), (2, 3), (3, 3), (4, 1)]).await;
    sheet.rows(of(func::ntile(2).over(by_age())), [(1, 2), (2, 1), (3, 1), (4, 2)]).await;
    let ages = |frame: aludel::expr::tree::Window| of(func::count_all().over(frame));
    sheet.rows(ages(window()), [(1, 4), (2, 4), (3, 4), (4, 4)]).await;
    sheet.rows(ages(window().partition_by(User.age)), [(1, 1), (2, 2), (3, 2), (4, 1)]).await;
    sheet.rows(ages(window().partition_by((User.active, User.age.ge(30)))), [(1, 1), (2, 1), (3, 1), (4, 1)]).await;
    sheet.rows(ages(window().order_by(User.age)), [(1, 3), (2, 2), (3, 2), (4, 4)]).await;
    sheet.rows(ages(by_age().rows(Bound::Preceding(1), Bound::CurrentRow)), [(1, 2), (2, 1), (3, 2), (4, 2)]).await;
    sheet.rows(ages(by_age().rows(Bound::CurrentRow, Bound::End)), [(1, 2), (2, 4), (3, 3), (4, 1)]).await;
    let near = window().order_by(User.age).range(Bound::Preceding(11), Bound::Following(11));
    sheet.rows(ages(near), [(1, 3), (2, 3), (3, 3), (4, 1)]).await;
    let groups = window().order_by(User.age).groups(Bound::Preceding(1), Bound::CurrentRow);
    sheet.lacking(&["mysql", "mariadb"]).rows(ages(groups), [(1, 3), (2, 2), (3, 2), (4, 2)]).await;
    sheet
        .rows(
            query((func::sum(User.age).over(by_age()), func::avg(User.age).over(window().partition_by(User.active))))
                .order_by(User.id),
            [(Some(86), Some(30.5)), (Some(25), Some(42.5)), (Some(50), Some(30.5)), (Some(146), Some(42.5))],
        )
        .await;
    sheet.rows(ids().filter(User.id.in_(query(func::max(User.id)))), [4]).await;
    sheet.finish("windows");
}

#[tokio::test]
async fn neighbours() {
    let mut sheet = Sheet::new().await;
    let by_id = || window().order_by(User.id);
    let of = |expression| query(expression).order_by(User.id);
    sheet.rows(of(func::lag(User.age, 1).over(by_id())), [None, Some(36), Some(25), Some(25)]).await;
    sheet.rows(of(func::lead(User.age, 2).over(by_id())), [Some(25), Some(60), None, None]).await;
    let ages = |expression| query(expression).order_by(User.id);
    sheet.rows(ages(func::lag_or(User.age, 1, -1).over(by_id())), [-1, 36, 25, 25]).await;
    sheet.rows(ages(func::lead_or(User.age + 5, 1, -1).over(by_id())), [30, 30, 65, -1]).await;
    // A NULL in a row that is there is not a row that is not there.
    let scores = query(func::lag_or(User.score, 1, -1.0).over(by_id())).order_by(User.id);
    sheet.rows(scores, [Some(-1.0), Some(9.5), None, Some(4.25)]).await;
    let names = |expression| query(expression).order_by(User.id);
    let name = |name: &str| Some(name.to_owned());
    sheet
        .rows(names(func::first_value(User.name).over(by_id())), [name("Ada"), name("Ada"), name("Ada"), name("Ada")])
        .await;
    let all = || by_id().rows(Bound::Start, Bound::End);
    let last = name("50%_/x");
    sheet.rows(names(func::last_value(User.name).over(all())), [last.clone(), last.clone(), last.clone(), last]).await;
    sheet.rows(names(func::nth_value(User.name, 2).over(by_id())), [None, name("Bob"), name("Bob"), name("Bob")]).await;
    let prices = |expression| query(expression).order_by(Item.id);
    let by_item = || window().order_by(Item.id);
    sheet.rows(prices(func::lag(Item.price, 1).over(by_item())), [None, Some(dec("1.98")), Some(dec("10.00"))]).await;
    sheet
        .rows(
            prices(func::sum(Item.price).over(by_item())),
            [Some(dec("1.98")), Some(dec("11.98")), Some(dec("12.08"))],
        )
        .await;
    sheet.finish("neighbours");
}

#[tokio::test]
async fn named_windows() {
    let mut sheet = Sheet::new().await;
    let ranks = query((func::rank().over("ages"), func::count_all().over("ages"), User.id))
        .window("ages", window().order_by(User.age))
        .order_by(User.id);
    sheet.rows(ranks, [(3, 3, 1), (1, 2, 2), (1, 2, 3), (4, 4, 4)]).await;
    let numbers =
        query((func::row_number().over(aludel::expr::tree::Window::from("actives").order_by(User.id.desc())), User.id))
            .window("actives", window().partition_by(User.active))
            .order_by(User.id);
    sheet.rows(numbers, [(2, 1), (2, 2), (1, 3), (1, 4)]).await;
    sheet.finish("named_windows");
    insta::assert_snapshot!(refused(query(func::rank().over("gone")).from(User).into_select()));
    let backwards = window().order_by(User.id).rows(Bound::End, Bound::Start);
    insta::assert_snapshot!(refused(query((User.id, func::rank().over(backwards))).into_select()));
    let distinct = func::count(User.age).distinct().over(window());
    insta::assert_snapshot!(refused(query((User.id, distinct)).into_select()));
}

#[tokio::test]
async fn what_aggregates_take() {
    let mut sheet = Sheet::new().await;
    let counts = query((
        func::count_all().filter(User.active),
        func::count(User.email).filter(User.age.gt(30) & User.active),
        func::sum(User.age).filter(!User.active),
    ));
    sheet.rows(counts.from(User), [(2, 1, Some(85))]).await;
    let filtered = query((User.id, func::count_all().filter(User.active).over(window().order_by(User.id))));
    sheet.rows(filtered.order_by(User.id), [(1, 1), (2, 1), (3, 2), (4, 2)]).await;
    sheet
        .rows(query((func::sum(User.age).distinct(), func::avg(User.age).distinct())), [(Some(121), Some(121.0 / 3.0))])
        .await;
    let names = func::string_agg(User.name, ", ").order_by(User.age.desc()).filter(User.id.lt(4));
    let some = |text: &str| Some(text.to_owned());
    sheet.rows(query((names.clone().order_by(User.id), func::count_all())), [(some("Ada, Bob, cid"), 4)]).await;
    let titles = query((Post.user_id, func::string_agg(Post.title, "it's\\").order_by(Post.id))).group_by(Post.user_id);
    sheet.rows(titles.order_by(Post.user_id), [(1, some("Helloit's\\World")), (2, some("Half off"))]).await;
    let distinct = query(func::string_agg(func::substr(Post.title, 1, 1), ",").distinct());
    sheet.rows(query(func::length(distinct.scalar_subquery())), [Some(3)]).await;
    let spaced = query(func::string_agg(Post.title, " ").distinct());
    sheet.lacking(&["sqlite"]).rows(query(func::length(spaced.scalar_subquery())), [Some(20)]).await;
    let prices =
        query((func::max(Item.price).filter(Item.id.ne(2)), func::sum(Item.points).filter(Item.quantity.gt(0))));
    sheet.rows(prices, [(Some(dec("1.98")), Some(dec("5")))]).await;
    sheet.finish("what_aggregates_take");
}
