use aludel::DbEnum;

#[derive(DbEnum, Clone)]
#[db_enum(storage = "int", nmae = "mood")]
enum Mood {
    Calm,
}

#[derive(DbEnum, Clone)]
#[db_enum]
enum Other {
    Calm,
}

fn main() {}
