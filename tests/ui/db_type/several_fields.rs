use aludel::DbType;

#[derive(DbType, Clone)]
struct Money(i64, String);

#[derive(DbType, Clone)]
struct Nothing;

fn main() {}
