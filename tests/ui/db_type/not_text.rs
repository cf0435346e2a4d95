use aludel::DbType;

#[derive(DbType, Clone)]
#[db_type(text)]
struct Id(i64);

#[derive(DbType, Clone)]
#[db_type(numeric)]
struct Name(String);

fn main() {}
