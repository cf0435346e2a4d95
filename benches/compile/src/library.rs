//! The libraries compared. Each is two files in `templates/`: what a crate depends on, and its model number 0.

/// Names what `--only` takes, and holds the texts that a crate is generated from.
pub struct Library {
    pub name: &'static str,
    pub dependencies: &'static str,
    model: &'static str,
}

macro_rules! library {
    ($name:literal) => {
        Library {
            name: $name,
            dependencies: include_str!(concat!("../templates/", $name, "/dependencies.toml")),
            model: include_str!(concat!("../templates/", $name, "/model.rs")),
        }
    };
}

pub const LIBRARIES: [Library; 5] =
    [library!("aludel"), library!("toasty"), library!("diesel"), library!("sea-orm"), library!("sqlx")];

/// What the column `c3`, which each template filters by, inserts and declares, is renamed to.
const RENAMED: &str = "renamed";

impl Library {
    /// The source of a model, its number put in place of the template's 0.
    pub fn model(&self, number: u32, renamed: bool) -> String {
        let source = self.model.replace("m0", &format!("m{number}")).replace("M0", &format!("M{number}"));
        if renamed { source.replace("c3", RENAMED) } else { source }
    }
}
