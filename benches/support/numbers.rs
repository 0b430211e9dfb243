//! Numbers as people read them.

/// With a comma before every third digit from the end.
pub(crate) fn grouped(number: u64) -> String {
    group(&number.to_string())
}

/// To the nearest whole number, grouped.
pub(crate) fn rounded(number: f64) -> String {
    group(&format!("{number:.0}"))
}

fn group(digits: &str) -> String {
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}
