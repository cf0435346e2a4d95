//! What depends on a row that is deleted: it goes too, is set free, or keeps the row from going.

use crate::{
    database::{Log, memory},
    models::{Cart, Coupon, Engraving, Invoice, Item, Post, PostTag, Tag, author, post},
};
use aludel::{ErrorKind, prelude::*, session::State};

fn item(cart_id: i64) -> Item {
    Item { cart_id: Some(cart_id), ..Default::default() }
}

/// Two carts with two items each, of which the first of each has two engravings, and one coupon each.
async fn carts() -> aludel::Result<Engine> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add_all([Cart { id: 1 }, Cart { id: 2 }]);
    session.add_all([(1, 1), (2, 1), (3, 2), (4, 2)].map(|(id, cart)| Item { id, ..item(cart) }));
    session.add_all([1, 1, 3, 3].map(|item_id| Engraving { item_id, ..Default::default() }));
    session.add_all([1, 2].map(|cart| Coupon { cart_id: Some(cart), ..Default::default() }));
    session.commit().await?;
    Ok(engine)
}

async fn counts(engine: &Engine) -> aludel::Result<[u64; 4]> {
    Ok([
        query(Cart).on(engine).count().await?,
        query(Item).on(engine).count().await?,
        query(Engraving).on(engine).count().await?,
        query(Coupon).on(engine).count().await?,
    ])
}

#[tokio::test]
async fn what_belongs_to_a_row_goes_with_it() -> aludel::Result<()> {
    let engine = carts().await?;
    let mut session = engine.session();
    let first = session.query(Cart).filter_by(Cart.id, 1).track().await?[0];
    session.delete(first)?;
    let log = Log::start();
    session.commit().await?;
    // Items, coupons, invoices and engravings are asked for; engravings, items and the cart are deleted, the coupon is changed.
    let statements: Vec<_> = log.take().into_iter().filter(|sql| sql != "BEGIN" && sql != "COMMIT").collect();
    assert_eq!(statements.len(), 8, "{statements:#?}");
    assert_eq!(counts(&engine).await?, [1, 2, 2, 2]);
    assert_eq!(query(Coupon).filter(Coupon.cart_id.is_null()).on(&engine).count().await?, 1, "set free");
    Ok(())
}

#[tokio::test]
async fn several_go_by_few_statements() -> aludel::Result<()> {
    let engine = carts().await?;
    let mut session = engine.session();
    for cart in session.query(Cart).track().await? {
        session.delete(cart)?;
    }
    let log = Log::start();
    session.commit().await?;
    let statements = log.take().into_iter().filter(|sql| sql.starts_with("DELETE")).count();
    assert_eq!((statements, counts(&engine).await?), (3, [0, 0, 0, 2]));
    Ok(())
}

#[tokio::test]
async fn what_was_moved_in_the_session_stays() -> aludel::Result<()> {
    let engine = carts().await?;
    let mut session = engine.session();
    let first = session.query(Cart).filter_by(Cart.id, 1).track().await?[0];
    let moved = session.query(Item).filter_by(Item.id, 1).track().await?[0];
    session[moved].cart_id = Some(2);
    let fresh = session.add(item(0));
    session.relate(first, Cart.items, fresh)?;
    session.delete(first)?;
    session.commit().await?;
    assert_eq!(session.state(fresh), State::Detached, "what is pending for it is forgotten");
    assert_eq!(counts(&engine).await?, [1, 3, 4, 2]);
    Ok(())
}

#[tokio::test]
async fn what_a_relation_protects_stays() -> aludel::Result<()> {
    let engine = carts().await?;
    let mut session = engine.session();
    session.add(Invoice { cart_id: 1, ..Default::default() });
    session.commit().await?;
    let first = session.query(Cart).filter_by(Cart.id, 1).track().await?[0];
    session.delete(first)?;
    let error = session.commit().await.unwrap_err();
    assert_eq!((error.kind(), error.row()), (ErrorKind::ForeignKeyViolation, Some("1")));
    assert_eq!(error.message(), "Cart.invoice is \"restrict\", and 1 rows of invoices refer to what is deleted");
    session.rollback().await?;
    assert_eq!(counts(&engine).await?, [2, 4, 4, 2]);

    let invoice = session.query(Invoice).track().await?[0];
    session.delete(first)?;
    session.delete(invoice)?;
    session.commit().await?;
    assert_eq!(counts(&engine).await?, [1, 2, 2, 2], "one that goes too protects nothing");
    Ok(())
}

#[tokio::test]
async fn an_orphan_is_deleted() -> aludel::Result<()> {
    let engine = carts().await?;
    let mut session = engine.session();
    let items = session.query(Item).order_by(Item.id).track().await?;
    let cart = session.query(Cart).filter_by(Cart.id, 1).track().await?[0];
    session[items[0]].cart_id = None;
    session.unrelate(cart, Cart.items, items[1]).await?;
    session.commit().await?;
    assert_eq!(counts(&engine).await?, [2, 2, 2, 2], "with what depends on it");

    // One that finds another place in time is none.
    session[items[2]].cart_id = None;
    session.relate(items[2], Item.cart, cart)?;
    let alone = session.add(Item::default());
    session.commit().await?;
    assert_eq!((session[items[2]].cart_id, session[alone].cart_id), (Some(1), None));
    let coupon = session.query(Coupon).filter_by(Coupon.cart_id, Some(1)).track().await?[0];
    session.unrelate(coupon, Coupon.cart, cart).await?;
    session.commit().await?;
    assert_eq!(counts(&engine).await?, [2, 3, 2, 2], "a relation without delete_orphans sets free");
    Ok(())
}

#[tokio::test]
async fn rows_that_link_go_with_either_end() -> aludel::Result<()> {
    let engine = memory().await;
    let mut session = engine.session();
    session.add(author("Alice"));
    let posts = session.add_all([post(1, "one"), post(1, "two")]);
    let tags = session.add_all(["a", "b"].map(|name| Tag { name: name.into(), ..Default::default() }));
    for &post in &posts {
        for &tag in &tags {
            session.relate(post, Post.tags, tag)?;
        }
    }
    session.commit().await?;
    session.delete(tags[0])?;
    session.commit().await?;
    assert_eq!(query(PostTag).on(&engine).count().await?, 2);
    session.delete(posts[1])?;
    session.commit().await?;
    assert_eq!(query(PostTag).on(&engine).count().await?, 1);
    let mut other = engine.session();
    for post in other.query(Post).track().await? {
        other.delete(post)?;
    }
    other.commit().await?;
    assert_eq!((query(PostTag).on(&engine).count().await?, query(Tag).on(&engine).count().await?), (0, 1));
    Ok(())
}
