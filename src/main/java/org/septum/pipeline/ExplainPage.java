package org.septum.pipeline;

import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

import org.septum.core.Scan;
import org.septum.explain.Calibration;
import org.septum.explain.SanityCheck;
import org.septum.explain.Uncertainty;
import org.septum.io.HeatPicture;
import org.septum.io.OverlayPicture;

/** What is said of a scan and its mask as one HTML page, pictures inside. */
record ExplainPage(String name, String model, Explainer.Explained made, Optional<Calibration> calibration) {

    /** Gates that are listed one by one; of more only the range is. */
    private static final int LISTED = 8;

    static final String STYLE = """
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
                   color: #1b1f24; background: #fff }
            table { border-collapse: collapse } td, th { border-top: 1px solid #d0d7de; padding: .3rem .8rem .3rem 0;
                   text-align: left } img { max-width: 100% } .caution { border-left: 4px solid #a33000;
                   padding-left: .8rem }
            """;

    static final String CAUTION = "Attention and heat are not proof: they show what the network's numbers"
            + " depended on, not that the mask is right or that the network looked for the right reason. A person must"
            + " look at the mask itself.";

    String html(Scan scan, Map<String, byte[]> pictures) {
        StringBuilder page = new StringBuilder(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>").append(Html.escape(name))
                        .append("</title>\n<style>").append(STYLE).append("</style></head>\n<body>\n<h1>")
                        .append(Html.escape(name)).append("</h1>\n<p>Segmented with ").append(Html.escape(model))
                        .append(".</p>\n<p class=\"caution\">").append(CAUTION).append("</p>\n");
        table(page);
        picture(page, "The mask", HeatPicture.png(OverlayPicture.draw(scan, made.mask())));
        pictures.forEach((title, picture) -> picture(page, title, picture));
        weights(page);
        return page.append("</body></html>\n").toString();
    }

    private void table(StringBuilder page) {
        Uncertainty sure = made.uncertainty();
        page.append("<h2>How sure</h2>\n<table>\n");
        row(page, "Dice that the probabilities promise", ExplainScan.words(sure.expectedDice()));
        row(page, "mean entropy along the borders, 0 sure to 1 guessing", ExplainScan.words(sure.entropy()));
        row(page, "Dice between the masks of mirror images", ExplainScan.words(sure.agreement()));
        row(page, "Dice between the masks of the networks", ExplainScan.words(made.networks()));
        if (made.quality().judged())
            row(page, "judged without a reference",
                    made.quality().words().isEmpty() ? "nothing is unlike the training cases" : made.quality().words());
        row(page, "calibration", calibration.map(ExplainPage::words)
                .orElse("none: the probabilities are as the network gives them (septum model calibrate)"));
        made.checks().forEach((label, c) -> row(page, "test of Grad-CAM of " + label, words(c)));
        page.append("</table>\n");
    }

    private static String words(SanityCheck.Result c) {
        return String.format(Locale.ROOT,
                "%s: probability while its voxels are shown %.3f (at random %.3f), hidden %.3f (at random %.3f);"
                        + " similarity to the map of random weights %.3f",
                c.isWell() ? "stood" : "FAILED", c.insertion(), c.randomInsertion(), c.deletion(), c.randomDeletion(),
                c.similarity());
    }

    private static String words(Calibration c) {
        return String.format(Locale.ROOT,
                "temperature %.2f from %d cases; expected calibration error %.3f before, %.3f after on the same cases",
                c.temperature(), c.cases(), c.before().expectedError(), c.after().expectedError());
    }

    private static void row(StringBuilder page, String what, String value) {
        page.append("<tr><th>").append(Html.escape(what)).append("</th><td>").append(Html.escape(value))
                .append("</td></tr>\n");
    }

    private static void picture(StringBuilder page, String title, byte[] png) {
        page.append("<h2>").append(Html.escape(title)).append("</h2>\n<img alt=\"").append(Html.escape(title))
                .append("\" src=\"data:image/png;base64,").append(Base64.getEncoder().encodeToString(png))
                .append("\">\n");
    }

    private void weights(StringBuilder page) {
        if (made.weights().isEmpty())
            return;
        page.append("<h2>Attention of channels and scales</h2>\n<p>Mean over the tiles of the scan.</p>\n<table>\n");
        made.weights().forEach((layer, gates) -> row(page, layer, gates(gates)));
        page.append("</table>\n");
    }

    private static String gates(List<Double> gates) {
        if (gates.size() <= LISTED) {
            return gates.stream().map(g -> String.format(Locale.ROOT, "%.3f", g)).collect(Collectors.joining(", "));
        }
        var range = gates.stream().mapToDouble(g -> g).summaryStatistics();
        return String.format(Locale.ROOT, "%d gates, mean %.3f, from %.3f to %.3f", gates.size(), range.getAverage(),
                range.getMin(), range.getMax());
    }
}
