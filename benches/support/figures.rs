//! Figures that each have a subject and a unit of their own, collected for the README.

use super::markdown;

pub(crate) struct Figures {
    rows: Vec<Vec<String>>,
}

impl Figures {
    pub(crate) fn new() -> Self {
        Self { rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, subject: &str, measured: String) {
        self.rows.push(vec![subject.to_owned(), measured]);
    }

    pub(crate) fn print_markdown(&self, title: &str) {
        markdown::print(title, &["what", "measured"], &self.rows);
    }
}
