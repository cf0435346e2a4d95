//! Asking before data is destroyed.

use crate::{problem::Problem, report::Failure};
use std::io::{self, BufRead, IsTerminal, Write};

/// Answers if the user agrees that `what` is dropped.
///
/// # Errors
/// Of kind `Blocked` if he does not, or cannot be asked.
pub(crate) fn confirm(what: &str, database: &str, yes: bool, may_ask: bool) -> Result<(), Failure> {
    if yes {
        return Ok(());
    }
    if !(may_ask && io::stdin().is_terminal() && io::stderr().is_terminal()) {
        let problem = Problem::new(format!("this drops {what} in {database}, and all rows in them; nothing was done"));
        return Err(Failure::blocked(problem.help("add --yes if that is meant; --dry-run shows the SQL")));
    }
    ask(what, database, &mut io::stdin().lock(), &mut io::stderr().lock())
}

fn ask(what: &str, database: &str, input: &mut dyn BufRead, output: &mut dyn Write) -> Result<(), Failure> {
    let mut answer = String::new();
    let asked = write!(output, "This drops {what} in {database}.\nAll rows in them are lost. Type yes to go on: ")
        .and_then(|()| output.flush())
        .and_then(|()| input.read_line(&mut answer));
    match asked {
        Ok(_) if answer.trim().eq_ignore_ascii_case("yes") => Ok(()),
        _ => Err(Failure::blocked(Problem::new("not confirmed; nothing was done"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::FailureKind;

    #[test]
    fn only_a_yes_is_a_yes() {
        let mut output = Vec::new();
        assert!(ask("the table users", "sqlite:///app.db", &mut &b"yes\n"[..], &mut output).is_ok());
        let asked = String::from_utf8(output).expect("text");
        assert!(asked.contains("the table users in sqlite:///app.db"), "{asked}");
        for answer in [&b"y\n"[..], b"no\n", b"\n", b"", b"\xff\n"] {
            let failure = ask("", "", &mut &*answer, &mut Vec::new()).expect_err("no yes");
            assert_eq!(failure.kind, FailureKind::Blocked);
        }
    }
}
