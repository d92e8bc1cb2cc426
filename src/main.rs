//! The command line: no arguments opens the workbench.

fn main() {}
