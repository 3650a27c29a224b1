package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.compress.Receipt;

/** A receipt of a compression, for people. */
public final class ReceiptText {

    private static final double MEGA = 1e6;

    private ReceiptText() {
    }

    /** Scores, sizes and times before and after, and what was chosen, a line each. */
    public static List<String> lines(Receipt receipt) {
        List<String> lines = new ArrayList<>();
        for (Receipt.ClassScore c : receipt.classes()) {
            lines.add(c.name() + ": " + (c.dice().n() == 0 ? "in no reference"
                    : "Dice " + paired(c.dice(), "%.4f") + "; HD95 " + c.unit() + " " + paired(c.hd95(), "%.2f")));
        }
        lines.add("scored on " + receipt.split());
        lines.add(change("parameters", receipt.size().parameters(), 1, "%.0f", ""));
        lines.add(change("multiply-adds a patch", receipt.size().macs(), MEGA, "%.1f", " million"));
        lines.add(change("network file", receipt.size().bytes(), MEGA, "%.2f", " MB"));
        lines.add(change("one scan", receipt.seconds(), 1, "%.3f", " s") + " (" + receipt.machine() + ")");
        if (!receipt.target().isEmpty()) {
            lines.add(String.format(Locale.ROOT, "took %.0f s to choose, from %d cases; %.0f s of training, %d steps",
                    receipt.effort().searchSeconds(), receipt.effort().cases(), receipt.effort().trainingSeconds(),
                    receipt.effort().trainingSteps()));
        }
        receipt.pruning().forEach((name, value) -> lines.add(name + ": " + value));
        if (receipt.quantization() != null) {
            lines.add(receipt.quantization().kept().isEmpty() ? "every convolution has integers"
                    : "kept in floats: " + String.join(", ", receipt.quantization().kept()));
        }
        return lines;
    }

    private static String paired(Receipt.Paired p, String format) {
        if (p.n() == 0)
            return "not measurable";
        String text = number(format, p.before()) + " before, " + number(format, p.after()) + " after, n = " + p.n();
        return p.low() == null ? text
                : text + ", change " + number(format, p.difference()) + " [" + number(format, p.low()) + ", "
                        + number(format, p.high()) + "]";
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }

    private static String change(String what, Receipt.Change change, double unit, String format, String symbol) {
        return what + ": " + number(format, change.before() / unit) + symbol + " before, "
                + number(format, change.after() / unit) + symbol + " after"
                + String.format(Locale.ROOT, " (%.1f %%)", 100 * change.share());
    }
}
