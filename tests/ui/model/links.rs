use aludel::prelude::*;

#[derive(Model, Clone)]
#[table("posts")]
#[many_to_many(tags: Tag)]
#[many_to_many(others: Tag.id, through = PostTag)]
#[has_many(comments: Comment.post_id, on_delete = "no action")]
#[has_many(replies: Comment.post_id, delete_orphan)]
struct Post {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
#[table("comments")]
struct Comment {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Post.id)]
    post_id: i64,
}

#[derive(View, Clone)]
struct NoModel {
    id: i64,
}

#[derive(View, Clone)]
#[view(Comment)]
struct CommentLine {
    id: i64,
    text: String,
    #[nested]
    replies: Vec<CommentLine>,
}

fn main() {}
