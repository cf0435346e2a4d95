use aludel::DbEnum;

const TWO: isize = 2;

#[derive(DbEnum, Clone)]
#[db_enum(storage = "integer")]
enum Level {
    Low = 1,
    Middle = TWO,
    High,
}

#[derive(DbEnum, Clone)]
#[db_enum(storage = "integer")]
enum Grade {
    A = 1,
    B = 0,
    C = 1,
}

fn main() {}
