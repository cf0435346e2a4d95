use aludel::Model;

#[derive(Model, Clone)]
#[table("app.users", unique(nmae))]
struct User {
    #[column(primary_key, lenght = 5)]
    id: i64,
    #[column(default = 1)]
    age: i32,
    #[column(on_delete = "cascade")]
    cluster_id: i64,
}

fn main() {}
