//! One file a method that knows the model.
