use aludel::DbEnum;

#[derive(DbEnum, Clone)]
enum Mood {
    Calm,
    #[db_enum(label = "calm")]
    Quiet,
    #[db_enum(label = "")]
    Silent,
    #[db_enum(lable = "x")]
    Mute,
}

fn main() {}
