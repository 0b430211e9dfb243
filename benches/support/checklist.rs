//! One line of a checklist: what was required, what was measured, and whether that is enough.

pub(crate) fn say_at_most(subject: &str, measured: f64, most: f64) {
    say(measured <= most, subject, measured, "at most", most);
}

pub(crate) fn say_at_least(subject: &str, measured: f64, least: f64) {
    say(measured >= least, subject, measured, "at least", least);
}

fn say(reached: bool, subject: &str, measured: f64, relation: &str, bound: f64) {
    let verdict = if reached { "reached" } else { "NOT reached" };
    println!("  {verdict:<11}  {subject}: {measured:.2} ({relation} {bound:.2})");
}
