//! Which path would be touched, and glob patterns over such paths.
