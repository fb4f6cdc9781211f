//! Frames, the interpreter loop, import, sys, builtins and the life cycle.
