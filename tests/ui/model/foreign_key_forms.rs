use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(foreign_key = "clusters.id")]
    a: i64,
    #[column(foreign_key = Cluster)]
    b: i64,
    #[column(foreign_key = Cluster::id)]
    c: i64,
    #[column(foreign_key)]
    d: i64,
    #[column(foreign_key(Cluster.id))]
    e: i64,
    #[column(foreign_key = Cluster.0)]
    f: i64,
}

fn main() {}
