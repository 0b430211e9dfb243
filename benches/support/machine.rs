//! What machine this is, and how quick its memory is at present.

use std::hint::black_box;
use std::time::Instant;

use super::random::Random;

const READS: u32 = 100_000;

/// The model of its processor and the number of its cores, as far as the system tells.
pub(crate) fn description() -> String {
    let model = std::fs::read_to_string("/proc/cpuinfo")
        .ok()
        .and_then(|text| model(&text))
        .unwrap_or_else(|| format!("{}, {}", std::env::consts::ARCH, std::env::consts::OS));
    match std::thread::available_parallelism() {
        Ok(cores) => format!("{model}, {cores} cores"),
        Err(_) => model,
    }
}

fn model(text: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with("model name"))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// Memory that is read one place after the other, where each tells the next: what a shared machine lets a program have of
/// its last cache changes from minute to minute, and with it all that is measured of a router.
pub(crate) struct Memory {
    places: Vec<Place>,
}

/// A cache line.
#[derive(Clone)]
#[repr(align(64))]
struct Place {
    next: u32,
}

impl Memory {
    /// So many bytes, all of whose places are one circle in no order (Sattolo's algorithm).
    pub(crate) fn of_bytes(bytes: usize) -> Self {
        let count = (bytes / size_of::<Place>()) as u32;
        let mut places: Vec<Place> = (0..count).map(|next| Place { next }).collect();
        let mut random = Random::from_seed(1);
        for last in (1..count).rev() {
            places.swap(last as usize, random.below(last) as usize);
        }
        Self { places }
    }

    /// How long a read takes that the next one waits for, in nanoseconds.
    pub(crate) fn read_nanos(&self) -> f64 {
        let mut at = 0;
        let start = Instant::now();
        for _ in 0..READS {
            at = self.places[at as usize].next;
        }
        let nanos = start.elapsed().as_nanos() as f64;
        black_box(at);
        nanos / f64::from(READS)
    }
}
