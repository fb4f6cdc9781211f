//! Headers of `Include/internal`, as far as they export functions.
