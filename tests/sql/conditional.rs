//! CASE.

use crate::{fixture::User, sheet::Sheet};
use aludel::prelude::*;

#[tokio::test]
async fn cases() {
    let mut sheet = Sheet::new().await;
    let words = |words: [&str; 4]| words.map(str::to_owned);
    let size = case(User.age.lt(30), "young").when(User.age.lt(50), "middle").otherwise("old");
    sheet.rows(query(size.clone()).order_by(User.id), words(["middle", "young", "young", "old"])).await;
    sheet.users(size.clone().eq("young"), &[2, 3]).await;
    sheet.rows(query(User.id).order_by((size, User.id)), [1, 4, 2, 3]).await;
    sheet.rows(query(case(User.active, 1).end()).order_by(User.id), [Some(1), None, Some(1), None]).await;
    sheet.rows(query(case(User.boss_id.eq(1), User.id).otherwise(0_i64)).order_by(User.id), [0, 2, 3, 0]).await;
    let nullable = case(User.active, User.email).otherwise("hidden");
    let expected = [Some("ada@example.org"), Some("hidden"), Some("cid@example.org"), Some("hidden")];
    sheet.rows(query(nullable).order_by(User.id), expected.map(|text| text.map(str::to_owned))).await;
    sheet.rows(query(case(User.active, 1).otherwise(0) + 1).order_by(User.id), [2, 1, 2, 1]).await;
    sheet
        .rows(
            query(case(User.active | User.age.gt(50), true).otherwise(false)).order_by(User.id),
            [true, false, true, true],
        )
        .await;
    sheet.finish("cases");
}
