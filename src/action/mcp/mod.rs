//! Which server and tool definition a call is about.
