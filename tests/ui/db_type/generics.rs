use aludel::DbType;

#[derive(DbType, Clone)]
struct Id<T>(T);

fn main() {}
