use aludel::DbType;

#[derive(Clone)]
struct Address;

#[derive(DbType, Clone)]
struct Home(Address);

fn main() {}
