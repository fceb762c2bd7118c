//! A command line as the simple commands that it could run.
