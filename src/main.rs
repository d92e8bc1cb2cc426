//! The command line: no arguments opens the workbench.

use std::process::ExitCode;

fn main() -> ExitCode {
    taktlab::commands::run()
}
