use aludel::prelude::*;

#[derive(Model, Clone)]
#[has_many(posts: Post.user_id)]
struct User {
    #[column(primary_key)]
    id: i64,
    name: String,
}

#[derive(Model, Clone)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User.id)]
    user_id: i64,
    title: String,
}

fn main() {
    let _ = query(User).filter_by(Post.title, "x");
    let _ = query(User).all_rows().into_update(Post.title.set("x"));
    let _ = query(User).all_rows().into_update(User.name.eq("x"));
    let _ = query(User.posts);
    let _ = query("name");
    let _ = User.name.set(1);
    let _ = query((User, Post)).scalar_subquery();
}
