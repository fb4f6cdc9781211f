//! Times the parser: `parsetime FILE [ROUNDS]` prints the best time of parsing the file.

use krait_syntax::{Arena, NoHost, Options, parse};
use std::time::{Duration, Instant};

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let source = std::fs::read(arguments.next().unwrap_or_default())?;
    let rounds = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(10);
    let mut best = Duration::MAX;
    for _ in 0..rounds {
        let start = Instant::now();
        let arena = Arena::new();
        if let Err(error) = parse(&arena, &source, &Options::default(), &mut NoHost) {
            println!("{error:?}");
            return Ok(());
        }
        drop(arena);
        best = best.min(start.elapsed());
    }
    println!(
        "{:.1} ms, {:.1} MB/s",
        best.as_secs_f64() * 1e3,
        source.len() as f64 / best.as_secs_f64() / 1e6
    );
    Ok(())
}
