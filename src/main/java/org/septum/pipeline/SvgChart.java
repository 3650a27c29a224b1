package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Charts for HTML pages as inline SVG: no script, no network, legible in print. */
final class SvgChart {

    /**
     * One curve or one box.
     *
     * @param name
     *            for the legend or below the box
     * @param colour
     *            as in CSS
     * @param values
     *            those of a curve in their order; what is not finite is left out
     */
    record Series(String name, String colour, List<Double> values) {

        Series {
            values = List.copyOf(values);
        }
    }

    private static final int WIDTH = 640;

    private static final int HEIGHT = 220;

    private static final int LEFT = 64;

    private static final int RIGHT = 16;

    private static final int TOP = 28;

    private static final int BOTTOM = 36;

    private static final int MOST_TICKS = 7;

    private static final int MOST_EPOCH_TICKS = 11;

    private final StringBuilder svg = new StringBuilder();

    private final double low;

    private final double high;

    private SvgChart(String title, double[] range) {
        low = range[0];
        high = range[1];
        svg.append(String.format(Locale.ROOT,
                "<svg viewBox=\"0 0 %d %d\" role=\"img\" aria-label=\"%s\" font-size=\"12\"><title>%s</title>%n", WIDTH,
                HEIGHT, Html.escape(title), Html.escape(title)));
        text(LEFT, 16, "start", title);
        AxisTicks ticks = AxisTicks.of(low, high, MOST_TICKS, 0);
        for (double value : ticks.values()) {
            line(LEFT, WIDTH - RIGHT, y(value), y(value), "#d0d7de");
            text(LEFT - 6, y(value) + 4, "end", ticks.label(value));
        }
        line(LEFT, WIDTH - RIGHT, HEIGHT - BOTTOM, HEIGHT - BOTTOM, "#57606a");
        line(LEFT, LEFT, TOP, HEIGHT - BOTTOM, "#57606a");
    }

    /** Curves over epochs 1, 2 …; the title names what is shown. */
    static String lines(String title, List<Series> curves) {
        int n = curves.stream().mapToInt(c -> c.values().size()).max().orElse(0);
        SvgChart chart = new SvgChart(title, range(curves));
        chart.epochs(n);
        double legend = WIDTH - RIGHT;
        for (int k = curves.size() - 1; k >= 0; k--) {
            chart.curve(curves.get(k), n);
            if (curves.size() > 1) {
                chart.legend(legend, curves.get(k));
                legend -= 7.0 * curves.get(k).name().length() + 24;
            }
        }
        return chart.end();
    }

    private void epochs(int n) {
        AxisTicks ticks = AxisTicks.of(1, Math.max(2, n), MOST_EPOCH_TICKS, 1);
        for (double epoch : n > 1 ? ticks.values() : List.of(1.0)) {
            double x = x((int) epoch - 1, n);
            line(x, x, HEIGHT - BOTTOM, HEIGHT - BOTTOM + 4, "#57606a");
            text(x, HEIGHT - BOTTOM + 17, "middle", String.format(Locale.ROOT, "%.0f", epoch));
        }
        text((LEFT + WIDTH - RIGHT) / 2.0, HEIGHT - 3, "middle", "epoch");
    }

    private void line(double x1, double x2, double y1, double y2, String colour) {
        svg.append(String.format(Locale.ROOT, "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%.1f\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                x1, x2, y1, y2, colour));
    }

    /** A box for each series: quartiles, median, whiskers to the smallest and largest value, every value as a dot. */
    static String boxes(String title, List<Series> boxes) {
        SvgChart chart = new SvgChart(title, range(boxes));
        for (int k = 0; k < boxes.size(); k++)
            chart.box(boxes.get(k), LEFT + (WIDTH - LEFT - RIGHT) * (k + 0.5) / boxes.size());
        return chart.end();
    }

    private void curve(Series curve, int n) {
        StringBuilder points = new StringBuilder();
        for (int i = 0; i < curve.values().size(); i++) {
            double value = curve.values().get(i);
            if (Double.isFinite(value))
                points.append(String.format(Locale.ROOT, "%.1f,%.1f ", x(i, n), y(value)));
        }
        svg.append(String.format(Locale.ROOT,
                "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.8\" points=\"%s\"/>%n", curve.colour(),
                points.toString().strip()));
        // a single epoch draws no line
        if (n == 1 && !points.isEmpty())
            dot(x(0, n), y(curve.values().get(0)), 3, curve.colour());
    }

    private void legend(double right, Series curve) {
        svg.append(String.format(Locale.ROOT, "<text x=\"%.1f\" y=\"16\" text-anchor=\"end\" fill=\"%s\">%s</text>%n",
                right, curve.colour(), Html.escape(curve.name())));
    }

    private void box(Series box, double middle) {
        double[] sorted = box.values().stream().mapToDouble(v -> v).filter(Double::isFinite).sorted().toArray();
        text(middle, HEIGHT - BOTTOM + 18, "middle", box.name() + " (" + sorted.length + ")");
        if (sorted.length == 0)
            return;
        double lower = y(quantile(sorted, 0.75));
        double upper = y(quantile(sorted, 0.25));
        svg.append(String.format(Locale.ROOT,
                "<line x1=\"%1$.1f\" x2=\"%1$.1f\" y1=\"%2$.1f\" y2=\"%3$.1f\" stroke=\"#1b1f24\"/>%n", middle,
                y(sorted[0]), y(sorted[sorted.length - 1])));
        svg.append(
                String.format(Locale.ROOT,
                        "<rect x=\"%.1f\" y=\"%.1f\" width=\"48\" height=\"%.1f\" fill=\"%s\" fill-opacity=\".55\""
                                + " stroke=\"#1b1f24\"/>%n",
                        middle - 24, lower, Math.max(0.5, upper - lower), box.colour()));
        svg.append(String.format(Locale.ROOT,
                "<line x1=\"%.1f\" x2=\"%.1f\" y1=\"%3$.1f\" y2=\"%3$.1f\" stroke=\"#1b1f24\""
                        + " stroke-width=\"2.5\"/>%n",
                middle - 24, middle + 24, y(quantile(sorted, 0.5))));
        for (int i = 0; i < sorted.length; i++)
            dot(middle + 36 + 4.0 * (i % 3), y(sorted[i]), 2, "#57606a");
    }

    private void dot(double x, double y, double radius, String colour) {
        svg.append(String.format(Locale.ROOT, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\" fill=\"%s\"/>%n", x, y,
                radius, colour));
    }

    private void text(double x, double y, String anchor, String words) {
        svg.append(String.format(Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" fill=\"#1b1f24\">%s</text>%n", x, y, anchor,
                Html.escape(words)));
    }

    private String end() {
        return svg.append("</svg>\n").toString();
    }

    private static double x(int index, int n) {
        return n < 2 ? (LEFT + WIDTH - RIGHT) / 2.0 : LEFT + (double) (WIDTH - LEFT - RIGHT) * index / (n - 1);
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - BOTTOM - TOP) * (value - low) / (high - low);
    }

    /** From the smallest to the largest finite value, with a little room. */
    private static double[] range(List<Series> series) {
        List<Double> all = new ArrayList<>();
        series.forEach(s -> s.values().stream().filter(v -> Double.isFinite(v)).forEach(all::add));
        if (all.isEmpty())
            return new double[] { 0, 1 };
        double[] sorted = all.stream().mapToDouble(v -> v).sorted().toArray();
        double room = 0.05 * (sorted[sorted.length - 1] - sorted[0]);
        if (room == 0)
            room = Math.max(1e-9, 0.1 * Math.abs(sorted[0]));
        double lowest = sorted[0] >= 0 ? Math.max(0, sorted[0] - room) : sorted[0] - room;
        return new double[] { lowest, sorted[sorted.length - 1] + room };
    }

    static double quantile(double[] sorted, double share) {
        double place = share * (sorted.length - 1);
        int lower = (int) place;
        return sorted[lower] + (place - lower) * (sorted[Math.min(lower + 1, sorted.length - 1)] - sorted[lower]);
    }

    /** Colours that differ for people with any colour vision. */
    static String colour(int index) {
        String[] palette = { "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9" };
        return palette[index % palette.length];
    }
}
