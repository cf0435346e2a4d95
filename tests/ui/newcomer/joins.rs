use aludel::prelude::*;

#[derive(Model, Clone)]
#[has_many(posts: Post.user_id)]
struct User {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
struct Post {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = User.id)]
    user_id: i64,
}

fn main() {
    let _ = query(User).join(Post);
    let _ = query(User).left_join(Post);
    let _ = query(User).with(Post);
    let _ = query(User).join(Post.user_id.eq(User.id));
    let _ = query(User).with(User.posts.with(User.posts));
    let _ = query(Post).with(User.posts);
}
