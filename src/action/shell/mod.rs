//! A command line as the simple commands that it could run.

mod word;

pub use word::ShellWord;
