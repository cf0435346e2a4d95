use aludel::Model;

#[derive(Model, Clone)]
#[has_many(posts: Self.boss_id, id: Self.friend_id)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Self.id, relation = boss_id)]
    boss_id: Option<i64>,
    #[column(foreign_key = Self.id, relation = posts)]
    friend_id: Option<i64>,
}

fn main() {}
