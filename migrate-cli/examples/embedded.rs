//! The `aludel` command built into a program that names its models itself: for models that no source scan can see.
//!
//! `cargo run --example embedded -- sql --dialect sqlite`

use aludel::prelude::*;

macro_rules! with_id {
    ($($table:literal $name:ident { $($field:ident: $type:ty),* })*) => { $(
        #[derive(Model, Debug, Clone, Default)]
        #[table($table)]
        struct $name {
            #[column(primary_key)]
            id: i64,
            $($field: $type,)*
        }
    )* };
}

with_id! {
    "users" User { name: String }
    "posts" Post { title: String, text: Option<String> }
}

fn main() -> std::process::ExitCode {
    aludel_cli::run(metadata![User, Post])
}
