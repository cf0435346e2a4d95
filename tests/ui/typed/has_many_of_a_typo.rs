use aludel::Model;

#[derive(Model, Clone)]
#[has_many(users: User.cluster)]
struct Cluster {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    cluster_id: i64,
}

fn main() {}
