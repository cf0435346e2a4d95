<<<<<<< .merge_file_0OW2JB
//! x
fn main() {}
=======
//! The `aludel` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    aludel_cli::main()
}
>>>>>>> .merge_file_1gGIhY
