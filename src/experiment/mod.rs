//! Runs, commands, replications, evaluation, statistics and records.
