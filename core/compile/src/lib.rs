//! Symbol table and code generation from AST to 3.9 bytecode.
