//! Running the built program.

use std::{
    path::{Path, PathBuf},
    process::{Command, Output},
};

/// The folder of a fixture.
pub(crate) fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(name)
}

/// The `aludel` command in `folder`.
pub(crate) fn aludel(folder: &Path, arguments: &[&str]) -> Command {
    command(Path::new(env!("CARGO_BIN_EXE_aludel")), folder, arguments)
}

/// A program in `folder`, with nothing of ours in its environment.
pub(crate) fn command(program: &Path, folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).args(arguments).env_remove("DATABASE_URL");
    command
}

/// All that a run shows: its exit code, and what it wrote where.
pub(crate) fn show(command: &mut Command) -> String {
    let Output { status, stdout, stderr } = command.output().expect("the program runs");
    let mut shown = format!("exit code: {}\n", status.code().expect("an exit code"));
    for (name, text) in [("stdout", stdout), ("stderr", stderr)] {
        if !text.is_empty() {
            shown.push_str(&format!("--- {name} ---\n{}", String::from_utf8(text).expect("text")));
        }
    }
    let fixtures = fixture("").to_string_lossy().into_owned();
    shown.replace(&fixtures, "FIXTURES/").replace("FIXTURES//", "FIXTURES/")
}

/// Runs the command on a fixture.
pub(crate) fn run(name: &str, arguments: &[&str]) -> String {
    show(&mut aludel(&fixture(name), arguments))
}
