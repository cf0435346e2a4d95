//! The tables of these tests.

use aludel::{Error, ErrorKind, prelude::*, schema::Hooks};
use chrono::{DateTime, NaiveDateTime, Utc};

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("authors")]
#[has_many(posts: Post.author_id, edited: Post.editor_id, notes: Note.author_id)]
#[has_one(profile: Profile.author_id)]
pub struct Author {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 50, unique)]
    pub name: String,
    #[column(length = 100)]
    pub email: Option<String>,
    #[column(length = 20, default = "reader")]
    pub role: Option<String>,
    #[column(length = 20, server_default = "new")]
    pub status: Option<String>,
    #[column(check = "age >= 0")]
    pub age: i32,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("profiles")]
pub struct Profile {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Author.id, relation = author, unique)]
    pub author_id: i64,
    pub motto: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("posts")]
#[has_many(comments: Comment.post_id)]
#[many_to_many(tags: Tag, through = PostTag)]
pub struct Post {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Author.id, relation = author)]
    pub author_id: i64,
    #[column(foreign_key = Author.id, relation = editor)]
    pub editor_id: Option<i64>,
    #[column(length = 200)]
    pub title: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("comments")]
pub struct Comment {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Post.id, relation = post)]
    pub post_id: i64,
    pub text: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("tags")]
#[many_to_many(posts: Post, through = PostTag)]
pub struct Tag {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 40, unique)]
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("post_tags")]
pub struct PostTag {
    #[column(primary_key, foreign_key = Post.id)]
    pub post_id: i64,
    #[column(primary_key, foreign_key = Tag.id, relation = tag)]
    pub tag_id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("people")]
#[many_to_many(follows: Person, through = Follow.follower_id)]
#[many_to_many(followers: Person, through = Follow.followed_id)]
pub struct Person {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 40)]
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("follows")]
pub struct Follow {
    #[column(primary_key, foreign_key = Person.id)]
    pub follower_id: i64,
    #[column(primary_key, foreign_key = Person.id)]
    pub followed_id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("folders")]
#[has_many(children: Folder.parent_id)]
pub struct Folder {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Self.id, relation = parent)]
    pub parent_id: Option<i64>,
    pub name: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("settings")]
pub struct Setting {
    #[column(primary_key, length = 40)]
    pub name: String,
    pub value: String,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("seats")]
#[has_many(tickets: Ticket.hall)]
pub struct Seat {
    #[column(primary_key, length = 20)]
    pub hall: String,
    #[column(primary_key)]
    pub number: i32,
    pub price: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table(
    "tickets",
    foreign_key(columns(hall, number), references(Seat.hall, Seat.number), relation = seat)
)]
pub struct Ticket {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 20)]
    pub hall: Option<String>,
    pub number: Option<i32>,
}

/// A team has a captain, and each player a team: rows that refer to each other.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("teams")]
#[has_many(players: Player.team_id)]
pub struct Team {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 40)]
    pub name: String,
    #[column(foreign_key = Player.id, relation = captain)]
    pub captain_id: Option<i64>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("players")]
pub struct Player {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 40)]
    pub name: String,
    #[column(foreign_key = Team.id, relation = team)]
    pub team_id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("accounts")]
pub struct Account {
    #[column(primary_key)]
    pub id: i64,
    pub balance: i64,
    #[column(length = 40)]
    pub owner: Option<String>,
    #[column(version)]
    pub version: i32,
    #[column(created_at)]
    pub created_at: DateTime<Utc>,
    #[column(updated_at)]
    pub updated_at: Option<NaiveDateTime>,
}

/// What belongs to a cart goes with it, or is set free, or keeps it from going.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("carts")]
#[has_many(items: Item.cart_id, on_delete = "cascade", delete_orphans)]
#[has_many(coupons: Coupon.cart_id, on_delete = "set null")]
#[has_one(invoice: Invoice.cart_id, on_delete = "restrict")]
pub struct Cart {
    #[column(primary_key)]
    pub id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("items")]
#[has_many(engravings: Engraving.item_id, on_delete = "cascade")]
pub struct Item {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Cart.id, relation = cart)]
    pub cart_id: Option<i64>,
    pub price: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("engravings")]
pub struct Engraving {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Item.id, relation = item)]
    pub item_id: i64,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("coupons")]
pub struct Coupon {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Cart.id, relation = cart)]
    pub cart_id: Option<i64>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("invoices")]
pub struct Invoice {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Cart.id, relation = cart)]
    pub cart_id: i64,
}

/// Deleted notes stay in the table.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("notes")]
#[has_many(drafts: Draft.note_id, on_delete = "cascade")]
pub struct Note {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Author.id, relation = author)]
    pub author_id: i64,
    #[column(length = 40)]
    pub text: String,
    #[column(soft_delete)]
    pub deleted_at: Option<DateTime<Utc>>,
}

#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("drafts")]
pub struct Draft {
    #[column(primary_key)]
    pub id: i64,
    #[column(foreign_key = Note.id, relation = note)]
    pub note_id: Option<i64>,
    #[column(soft_delete)]
    pub deleted: bool,
    #[column(version)]
    pub version: i64,
}

/// What is written of it is looked at.
#[derive(Model, Debug, Clone, Default, PartialEq)]
#[table("members", schema = "aludel_app", hooks)]
pub struct Member {
    #[column(primary_key)]
    pub id: i64,
    #[column(length = 40)]
    pub name: String,
    pub changes: i64,
}

impl Hooks for Member {
    fn before_insert(&mut self) -> aludel::Result<()> {
        self.name = self.name.trim().to_owned();
        match self.name.as_str() {
            "" => Err(Error::new(ErrorKind::CheckViolation, "a member has a name")),
            _ => Ok(()),
        }
    }

    fn before_update(&mut self, stored: &Self) -> aludel::Result<()> {
        self.changes = stored.changes + 1;
        Ok(())
    }

    fn before_delete(&self) -> aludel::Result<()> {
        match self.name.as_str() {
            "root" => Err(Error::new(ErrorKind::CheckViolation, "root stays")),
            _ => Ok(()),
        }
    }
}

pub fn author(name: &str) -> Author {
    Author { name: name.into(), ..Default::default() }
}

pub fn post(author_id: i64, title: &str) -> Post {
    Post { author_id, title: title.into(), ..Default::default() }
}

pub fn seat(hall: &str, number: i32) -> Seat {
    Seat { hall: hall.into(), number, price: 10 }
}
