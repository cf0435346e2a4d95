use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(server_default = text("now()"))]
    a: i64,
    #[column(server_default)]
    b: i64,
    #[column(server_default = CURRENT_TIMESTAMP)]
    c: i64,
    #[column(server_default = sql(5))]
    d: i64,
    #[column(server_default = sql(""))]
    e: i64,
}

fn main() {}
