//! Compiles `src/python.gram` into the parser's rules and token kinds.

#[path = "grammar/analysis.rs"]
mod analysis;
#[path = "grammar/emit.rs"]
mod emit;
#[path = "grammar/model.rs"]
mod model;

use std::path::Path;

fn main() {
    for input in ["src/python.gram", "build.rs", "grammar"] {
        println!("cargo:rerun-if-changed={input}");
    }
    let text = std::fs::read_to_string("src/python.gram").expect("the grammar file is readable");
    let generated = model::Grammar::read(&text)
        .and_then(|grammar| analysis::Facts::of(&grammar).map(|facts| emit::emit(&grammar, &facts)))
        .unwrap_or_else(|error| panic!("python.gram: {error}"));
    let out = std::env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    std::fs::write(Path::new(&out).join("grammar.rs"), generated).expect("the output folder is writable");
}
