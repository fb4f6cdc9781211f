//! Opcode table, code data, line table and marshal format.
