//! Tokenizer, grammar and AST of Python 3.9.
