//! Dialects by the names that URLs give them.

use crate::{problem::Problem, report::Failure};
use aludel_core::compile::Dialect;
use aludel_dialects::{
    BACKENDS, mysql::MysqlDialect, oracle::OracleDialect, postgresql::PostgresqlDialect, sqlite::SqliteDialect,
};

/// The dialect called `name`.
pub(crate) fn by_name(name: &str) -> Result<&'static dyn Dialect, Failure> {
    let backend = BACKENDS.iter().find(|backend| backend.dialect == name || backend.aliases.contains(&name));
    backend.and_then(|backend| written(backend.dialect)).ok_or_else(|| {
        let problem = Problem::new(format!("unknown dialect {name:?}"));
        Failure::usage(problem.help(format!("known are: {}", known())))
    })
}

fn written(name: &str) -> Option<&'static dyn Dialect> {
    Some(match name {
        "mysql" => const { &MysqlDialect::mysql() },
        "mariadb" => const { &MysqlDialect::mariadb() },
        "oracle" => &OracleDialect::V19,
        "postgresql" => &PostgresqlDialect,
        "sqlite" => &SqliteDialect,
        _ => return None,
    })
}

fn known() -> String {
    let names: Vec<&str> =
        BACKENDS.iter().map(|backend| backend.dialect).filter(|name| written(name).is_some()).collect();
    names.join(", ")
}
