use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(on_delete = "cascade", on_update = "cascade", deferred, relation = cluster, fk_name = "fk")]
    cluster_id: i64,
}

fn main() {}
