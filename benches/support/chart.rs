//! Draws the chart of the README as an SVG: the time per input against the number of agents, on logarithmic axes.

/// A line of the chart.
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) color: &'static str,
    pub(crate) is_dashed: bool,
    /// Numbers of agents, and nanoseconds per input.
    pub(crate) points: Vec<(f64, f64)>,
}

const GRID: &str = "stroke='#e1e1e1'";
const SIZE: &str = "width='870' height='460'";
/// The edges of the plot.
const LEFT: f64 = 80.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 80.0;
const BOTTOM: f64 = 400.0;

pub(crate) fn draw(title: &str, lines: &[Line]) -> String {
    let mut svg = format!(
        "<svg xmlns='http://www.w3.org/2000/svg' {SIZE} font-family='sans-serif' font-size='14'>\n\
         <rect {SIZE} fill='white'/>\n\
         <text x='20' y='30' font-size='20' font-weight='bold'>{title}</text>\n"
    );
    for agents in [1e2, 1e3, 1e4, 1e5] {
        svg += &path(&format!("M{:.0} {TOP}V{BOTTOM}", x(agents)), GRID);
        svg += &text(x(agents), BOTTOM + 20.0, "middle", &agents.to_string());
    }
    for nanos in [1e2, 2e2, 5e2, 1e3, 2e3, 5e3] {
        svg += &path(&format!("M{LEFT} {:.0}H{RIGHT}", y(nanos)), GRID);
        svg += &text(LEFT - 8.0, y(nanos) + 5.0, "end", &nanos.to_string());
    }
    svg += &text(x(3_162.0), BOTTOM + 45.0, "middle", "agents");
    svg += &text(20.0, TOP - 18.0, "start", "ns per input");
    for (index, line) in lines.iter().enumerate() {
        let color = line.color;
        let dashes = if line.is_dashed { "7 5" } else { "none" };
        let stroke = format!("stroke='{color}' stroke-width='2' stroke-dasharray='{dashes}'");
        let dot = format!("stroke='{color}' stroke-width='8' stroke-linecap='round'");
        let point = |&(agents, nanos): &(f64, f64)| format!("{:.0} {:.0}", x(agents), y(nanos));
        let points: Vec<String> = line.points.iter().map(point).collect();
        svg += &path(&format!("M{}", points.join("L")), &stroke);
        for point in &points {
            svg += &path(&format!("M{point}h0"), &dot);
        }
        let legend = TOP + 22.0 * index as f64;
        svg += &path(&format!("M665 {legend}H700"), &stroke);
        svg += &text(708.0, legend + 5.0, "start", &line.label);
    }
    svg + "</svg>\n"
}

fn path(data: &str, style: &str) -> String {
    format!("<path d='{data}' fill='none' {style}/>\n")
}

fn text(x: f64, y: f64, anchor: &str, label: &str) -> String {
    format!("<text x='{x:.0}' y='{y:.0}' text-anchor='{anchor}'>{label}</text>\n")
}

/// Returns the horizontal position of a number of agents.
fn x(agents: f64) -> f64 {
    LEFT + 15.0 + (RIGHT - LEFT - 30.0) * (agents / 1e2).log10() / 3.0
}

/// Returns the vertical position of a time.
fn y(nanos: f64) -> f64 {
    BOTTOM - (BOTTOM - TOP) * (nanos / 1e2).log10() / 50_f64.log10()
}
