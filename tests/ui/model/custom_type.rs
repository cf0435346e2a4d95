use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(sql_type = "varchar", length = 5)]
    name: String,
}

fn main() {}
