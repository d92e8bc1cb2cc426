//! One file a method that learns from steps.
