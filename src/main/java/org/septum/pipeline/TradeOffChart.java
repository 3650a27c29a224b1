package org.septum.pipeline;

import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;
import org.septum.compress.Receipt;
import org.septum.core.WholeFile;
import org.septum.pipeline.SweepCompression.Point;

/** Dice against what a network costs, one line a method, as PNG. */
final class TradeOffChart {

    private static final int WIDTH = 900;

    private static final int HEIGHT = 600;

    private static final double GIGA = 1e9;

    /** What a network costs. */
    enum Axis {

        /** Multiply-adds. */
        MACS("multiply-adds for one patch, 10⁹", r -> r.size().macs().before() / GIGA,
                r -> r.size().macs().after() / GIGA),
        /** Time. */
        TIME("seconds for one scan", r -> r.seconds().before(), r -> r.seconds().after());

        private final String title;

        private final ToDoubleFunction<Receipt> before;

        private final ToDoubleFunction<Receipt> after;

        Axis(String title, ToDoubleFunction<Receipt> before, ToDoubleFunction<Receipt> after) {
            this.title = title;
            this.before = before;
            this.after = after;
        }
    }

    private TradeOffChart() {
    }

    /** Draws the points of a sweep, at least one, and the model that all of them were made from. */
    static void write(List<Point> points, Axis axis, Path file) {
        XYChart chart = new XYChartBuilder().width(WIDTH).height(HEIGHT)
                .title("Dice of held-out cases against " + axis.title).xAxisTitle(axis.title)
                .yAxisTitle("Dice, mean over classes").build();
        chart.getStyler().setXAxisMin(0.0).setLegendPosition(Styler.LegendPosition.InsideSE);
        Receipt first = points.get(0).receipt();
        chart.addSeries("not compressed", List.of(axis.before.applyAsDouble(first)), List.of(Point.mean(first, true)))
                .setMarker(SeriesMarkers.DIAMOND);
        Map<String, List<Point>> methods = new LinkedHashMap<>();
        points.stream().filter(p -> Double.isFinite(p.dice()))
                .forEach(p -> methods.computeIfAbsent(p.method(), m -> new ArrayList<>()).add(p));
        methods.forEach((method, own) -> {
            own.sort(Comparator.comparingDouble(p -> axis.after.applyAsDouble(p.receipt())));
            chart.addSeries(method, own.stream().map(p -> axis.after.applyAsDouble(p.receipt())).toList(),
                    own.stream().map(Point::dice).toList()).setMarker(SeriesMarkers.CIRCLE);
        });
        WholeFile.write(file, true, aside -> {
            try (OutputStream out = Files.newOutputStream(aside)) {
                BitmapEncoder.saveBitmap(chart, out, BitmapFormat.PNG);
            }
        });
    }
}
