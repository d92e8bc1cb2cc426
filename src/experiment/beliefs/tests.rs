//! The agent that plans over beliefs, in runs and between its bounds.
