//! Dialects by the names that URLs give them.

use crate::{problem::Problem, report::Failure};
use aludel_core::compile::Dialect;
use aludel_dialects::BACKENDS;

/// The dialect called `name`.
pub(crate) fn by_name(name: &str) -> Result<&'static dyn Dialect, Failure> {
    let backend = BACKENDS.iter().find(|backend| backend.dialect == name || backend.aliases.contains(&name));
    match backend.map(|backend| backend.dialect) {
        #[cfg(feature = "mysql")]
        Some("mysql") => Ok(const { &aludel_dialects::mysql::MysqlDialect::mysql() }),
        #[cfg(feature = "mysql")]
        Some("mariadb") => Ok(const { &aludel_dialects::mysql::MysqlDialect::mariadb() }),
        #[cfg(feature = "postgresql")]
        Some("postgresql") => Ok(&aludel_dialects::postgresql::PostgresqlDialect),
        #[cfg(feature = "sqlite")]
        Some("sqlite") => Ok(&aludel_dialects::sqlite::SqliteDialect),
        Some(dialect) => Err(Failure::usage(
            Problem::new(format!("{dialect} is not in this build of the command"))
                .help(format!("it knows: {}", known())),
        )),
        None => {
            let problem = Problem::new(format!("unknown dialect {name:?}")).help(format!("known are: {}", known()));
            Err(Failure::usage(problem))
        }
    }
}

fn known() -> String {
    let mut names: Vec<&str> = BACKENDS.iter().filter(|backend| backend.open.is_some()).map(|b| b.dialect).collect();
    names.dedup();
    names.join(", ")
}
