//! The rules of thumb that practice uses and learning must beat.
