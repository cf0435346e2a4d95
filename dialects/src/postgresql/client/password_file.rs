//! `~/.pgpass`: [passwords by host, port, database and user](https://www.postgresql.org/docs/current/libpq-pgpass.html).

use std::{
    env,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

/// The password for a host, a port, a database and a user, if the file has one.
pub(super) fn find(wanted: [&str; 4]) -> Option<String> {
    let path = env::var_os("PGPASSFILE").filter(|path| !path.is_empty()).map(PathBuf::from);
    let path = path.or_else(|| Some(Path::new(&env::var_os("HOME")?).join(".pgpass")))?;
    if !is_private(&path) {
        return None;
    }
    let text = io::read_to_string(File::open(path).ok()?).ok()?;
    text.lines().find_map(|line| password(line, wanted))
}

/// Whether nobody else can read it: as elsewhere, it is not used if somebody can.
fn is_private(path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o077 == 0)
    }
    #[cfg(not(unix))]
    fs::metadata(path).is_ok_and(|file| file.is_file())
}

/// The password of a line, if the line is about what is wanted.
fn password(line: &str, wanted: [&str; 4]) -> Option<String> {
    if line.starts_with('#') {
        return None;
    }
    let mut fields = vec![String::new()];
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        let field = fields.last_mut()?;
        match character {
            '\\' => field.extend(characters.next()),
            ':' => fields.push(String::new()),
            other => field.push(other),
        }
    }
    let (password, keys) = fields.split_last()?;
    let fits = keys.len() == wanted.len() && keys.iter().zip(wanted).all(|(key, wanted)| key == "*" || key == wanted);
    fits.then(|| password.clone())
}

#[cfg(test)]
mod tests {
    use super::password;

    #[test]
    fn lines_are_about_a_server() {
        let wanted = ["db", "5432", "shop", "ann"];
        for (line, expected) in [
            ("db:5432:shop:ann:secret", Some("secret")),
            ("*:*:*:*:a\\:b\\\\c", Some("a:b\\c")),
            ("db:5432:shop:bob:secret", None),
            ("#db:5432:shop:ann:secret", None),
            ("db:5432:shop:ann", None),
            ("", None),
        ] {
            assert_eq!(password(line, wanted).as_deref(), expected, "{line}");
        }
    }
}
