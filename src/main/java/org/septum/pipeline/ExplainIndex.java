package org.septum.pipeline;

import java.util.Comparator;
import java.util.List;

/** The list of scans that were explained as an HTML page: if they were judged, those to look at first in front. */
final class ExplainIndex {

    private ExplainIndex() {
    }

    static String html(List<ExplainScan.ScanResult> scans) {
        boolean judged = scans.stream().anyMatch(s -> s.quality().judged());
        StringBuilder page = new StringBuilder(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Septum: explained scans</title>"
                        + "\n<style>").append(ExplainPage.STYLE).append("</style></head>\n<body>\n<h1>")
                                .append(scans.size()).append(" scans</h1>\n<p class=\"caution\">")
                                .append(ExplainPage.CAUTION).append("</p>\n<p>")
                                .append(judged ? "Those that should be looked at first stand in front."
                                        : "In the order they were found: nothing here says which masks are bad.")
                                .append("</p>\n<table>\n<tr><th>scan</th>").append(judged ? "<th>judgement</th>" : "")
                                .append("<th>promised Dice</th><th>entropy at the borders</th><th>mirror images"
                                        + " agree</th><th>networks agree</th></tr>\n");
        scans.stream().sorted(Comparator.comparingDouble(ExplainIndex::rank)).forEach(s -> row(page, s, judged));
        return page.append("</table>\n</body></html>\n").toString();
    }

    private static double rank(ExplainScan.ScanResult scan) {
        return scan.isWell() ? scan.quality().rank() : Double.NEGATIVE_INFINITY;
    }

    private static void row(StringBuilder page, ExplainScan.ScanResult scan, boolean judged) {
        if (!scan.isWell()) {
            page.append("<tr><td>").append(Html.escape(scan.name())).append("</td><td colspan=\"5\">failed: ")
                    .append(Html.escape(scan.problem())).append("</td></tr>\n");
            return;
        }
        page.append("<tr><td><a href=\"").append(BatchPages.link(scan.name() + ".html")).append("\">")
                .append(Html.escape(scan.name())).append("</a></td>");
        if (judged)
            page.append("<td>").append(Html.escape(scan.quality().words())).append("</td>");
        for (double value : List.of(scan.expectedDice(), scan.entropy(), scan.agreement(), scan.networks()))
            page.append("<td>").append(ExplainScan.words(value)).append("</td>");
        page.append("</tr>\n");
    }
}
