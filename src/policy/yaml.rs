//! YAML with a line for every node.
