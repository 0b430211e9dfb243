//! A chart of lines on two logarithmic axes, as an SVG with a white background.

use std::error::Error;
use std::ops::Range;
use std::path::Path;

use plotters::element::DashedPathElement;
use plotters::prelude::*;

use super::numbers::rounded;

pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) colour: RGBColor,
    pub(crate) is_dashed: bool,
    /// From left to right.
    pub(crate) points: Vec<(f64, f64)>,
}

pub(crate) struct Chart<'parts> {
    pub(crate) title: &'parts str,
    /// A line each below the title.
    pub(crate) notes: [String; 2],
    pub(crate) x_axis: &'parts str,
    pub(crate) y_axis: &'parts str,
    pub(crate) lines: &'parts [Line],
}

/// A part of the picture, in pixels.
type Area<'file> = DrawingArea<SVGBackend<'file>, plotters::coord::Shift>;

const SIZE: (u32, u32) = (930, 560);
const MARGIN: i32 = 20;
const TITLE_HEIGHT: i32 = 34;
const LINE_HEIGHT: i32 = 22;
const HEAD_HEIGHT: i32 = MARGIN + TITLE_HEIGHT + 2 * LINE_HEIGHT;
/// The legend is to the right of it.
const PLOT_WIDTH: i32 = 710;
const SAMPLE_WIDTH: i32 = 36;
const INK: RGBColor = RGBColor(40, 40, 40);
const GRID: RGBColor = RGBColor(225, 225, 225);
const FONT: &str = "sans-serif";

impl Chart<'_> {
    pub(crate) fn draw(&self, file: &Path) -> Result<(), Box<dyn Error>> {
        let picture = SVGBackend::new(file, SIZE).into_drawing_area();
        picture.fill(&WHITE)?;
        let (head, body) = picture.split_vertically(HEAD_HEIGHT);
        let (plot, legend) = body.split_horizontally(PLOT_WIDTH);
        self.draw_head(&head)?;
        self.draw_plot(&plot)?;
        self.draw_legend(&legend)?;
        picture.present()?;
        Ok(())
    }

    fn draw_head(&self, area: &Area<'_>) -> Result<(), Box<dyn Error>> {
        let title = (FONT, 26).into_font().style(FontStyle::Bold).color(&INK);
        area.draw_text(self.title, &title, (MARGIN, MARGIN))?;
        let style = text(17);
        for (line, note) in (0..).zip(&self.notes) {
            let below = MARGIN + TITLE_HEIGHT + LINE_HEIGHT * line;
            area.draw_text(note, &style, (MARGIN, below))?;
        }
        Ok(())
    }

    fn draw_plot(&self, area: &Area<'_>) -> Result<(), Box<dyn Error>> {
        let points = || self.lines.iter().flat_map(|line| &line.points);
        let mut x_ticks: Vec<f64> = points().map(|(x, _)| *x).collect();
        x_ticks.sort_by(f64::total_cmp);
        x_ticks.dedup();
        let y_ticks = ticks(&extent(points().map(|(_, y)| *y)));
        let x_range = extent(x_ticks.iter().copied());
        // A little room at both ends.
        let x_range = x_range.start / 1.2..x_range.end * 1.2;
        let y_range = extent(y_ticks.iter().copied());
        let mut plot = ChartBuilder::on(area)
            .margin(MARGIN)
            .x_label_area_size(48)
            .y_label_area_size(70)
            .build_cartesian_2d(
                x_range.log_scale().with_key_points(x_ticks),
                y_range.log_scale().with_key_points(y_ticks),
            )?;
        plot.configure_mesh()
            .x_desc(format!("{} (logarithmic)", self.x_axis))
            .y_desc(format!("{} (logarithmic)", self.y_axis))
            .x_label_formatter(&|x| rounded(*x))
            .y_label_formatter(&|y| rounded(*y))
            .label_style(text(16))
            .axis_desc_style(text(17))
            .axis_style(INK)
            .bold_line_style(GRID)
            .draw()?;
        for line in self.lines {
            let points = || line.points.iter().copied();
            if line.is_dashed {
                plot.draw_series(DashedLineSeries::new(points(), 7, 5, line.stroke()))?;
            } else {
                plot.draw_series(LineSeries::new(points(), line.stroke()))?;
            }
            plot.draw_series(points().map(|point| Circle::new(point, 4, line.marker())))?;
        }
        Ok(())
    }

    fn draw_legend(&self, area: &Area<'_>) -> Result<(), Box<dyn Error>> {
        let style = text(17);
        for (number, line) in (0..).zip(self.lines) {
            let top = MARGIN + number * LINE_HEIGHT;
            let sample = [(0, top + 7), (SAMPLE_WIDTH, top + 7)];
            if line.is_dashed {
                area.draw(&DashedPathElement::new(sample, 7, 5, line.stroke()))?;
            } else {
                area.draw(&PathElement::new(sample, line.stroke()))?;
            }
            area.draw(&Circle::new((SAMPLE_WIDTH / 2, top + 7), 4, line.marker()))?;
            area.draw_text(&line.label, &style, (SAMPLE_WIDTH + 8, top))?;
        }
        Ok(())
    }
}

impl Line {
    fn stroke(&self) -> ShapeStyle {
        self.colour.stroke_width(2)
    }

    fn marker(&self) -> ShapeStyle {
        self.colour.filled()
    }
}

fn text(size: u32) -> TextStyle<'static> {
    (FONT, size).into_font().color(&INK)
}

fn extent(numbers: impl Iterator<Item = f64>) -> Range<f64> {
    let empty = f64::INFINITY..f64::NEG_INFINITY;
    numbers.fold(empty, |extent, number| {
        extent.start.min(number)..extent.end.max(number)
    })
}

/// One, two and five times the powers of ten, from the last that is not above the extent to the first that is.
fn ticks(extent: &Range<f64>) -> Vec<f64> {
    let powers = (0..12).map(|power| 10_f64.powi(power));
    let all: Vec<f64> = powers
        .flat_map(|power| [power, 2.0 * power, 5.0 * power])
        .collect();
    let below = all.iter().rposition(|tick| *tick <= extent.start);
    let above = all.iter().position(|tick| *tick > extent.end);
    all[below.unwrap_or(0)..=above.unwrap_or(all.len() - 1)].to_vec()
}
