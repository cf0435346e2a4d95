use aludel::Model;

#[derive(Model, Clone)]
struct Cluster {
    #[column(primary_key)]
    id: i64,
}

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = Cluster.idd, relation = cluster)]
    cluster_id: i64,
}

fn main() {}
