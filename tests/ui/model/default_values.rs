use aludel::Model;

#[derive(Model, Clone)]
struct User {
    #[column(primary_key)]
    id: i64,
    #[column(default = "yes")]
    a: Option<bool>,
    #[column(default = 300)]
    b: Option<u8>,
    #[column(default = 0.5)]
    c: Option<Decimal>,
    #[column(default = 5)]
    d: Option<String>,
    #[column(default = 1.5)]
    e: Option<i32>,
    #[column(default = 1)]
    f: Option<NaiveDate>,
    #[column(server_default = "x")]
    g: Vec<u8>,
    #[column(default = sql("1"))]
    h: Option<i64>,
    #[column(default = 'c')]
    i: Option<String>,
    #[column(default = 9223372036854775808)]
    j: Option<u64>,
    #[column(default)]
    k: Option<u64>,
}

fn main() {}
