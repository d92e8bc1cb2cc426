//! One file a kind of environment, its step in one place.
