use aludel::Model;

struct Cluster {
    id: i64,
}

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Cluster.id)]
    cluster_id: i64,
}

fn main() {}
