use aludel::Model;

#[derive(Model, Clone)]
#[has_many(users)]
#[has_many(posts: Post)]
#[has_one(profile = Profile.user_id)]
#[has_many]
struct User {
    #[column(primary_key)]
    id: i64,
}

fn main() {}
