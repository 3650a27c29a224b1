package org.septum.pipeline;

import java.util.Base64;
import java.util.List;

import org.septum.core.LabelMask;
import org.septum.core.Scan;

/** What was found as one HTML page, thumbnails inside. */
record CheckPage(List<CheckData.Finding> findings, List<String> problems) {

    private static final String STYLE = """
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
                   color: #1b1f24; background: #fff }
            table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #d0d7de; padding: .5rem;
                   vertical-align: top } td:first-child { width: 190px } img { background: #000; max-width: 180px }
            .bad { color: #a33000 } .note { color: #57606a } h3 { margin: 0 }
            """;

    String html() {
        long bad = findings.stream().filter(f -> !f.problems().isEmpty()).count();
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Septum check</title>\n<style>").append(STYLE).append("</style></head>\n<body>\n<h1>")
                        .append(findings.size()).append(" looked at, ").append(bad).append(" with problems</h1>\n");
        paragraphs(page, "bad", problems);
        page.append("<table>\n");
        // what needs a person comes first
        findings.stream().filter(f -> !f.problems().isEmpty()).forEach(f -> row(page, f));
        findings.stream().filter(f -> f.problems().isEmpty()).forEach(f -> row(page, f));
        return page.append("</table>\n</body></html>\n").toString();
    }

    private static void row(StringBuilder page, CheckData.Finding f) {
        page.append("<tr><td>");
        if (!f.thumbnail().isEmpty())
            page.append("<img alt=\"\" src=\"data:image/png;base64,").append(f.thumbnail()).append("\">");
        page.append("</td><td><h3>").append(Html.escape(f.name())).append("</h3>");
        page.append("<p>").append(f.facts().map(x -> Html.escape(x.describe())).orElse("cannot be read"))
                .append("</p>");
        if (!f.volumes().isEmpty())
            page.append("<p>").append(Html.escape(SegmentScans.describe(f.volumes()))).append("</p>");
        paragraphs(page, "bad", f.problems());
        paragraphs(page, "note", f.notes());
        f.facts().ifPresent(facts -> paragraphs(page, "note", facts.notes()));
        page.append("</td></tr>\n");
    }

    private static void paragraphs(StringBuilder page, String kind, List<String> lines) {
        for (String line : lines)
            page.append("<p class=\"").append(kind).append("\">").append(Html.escape(line)).append("</p>\n");
    }

    /** The middle slice of a scan. */
    static String thumbnail(Scan scan) {
        return Base64.getEncoder().encodeToString(Thumbnail.of(scan));
    }

    /** The slice with the most mask, with its outlines. */
    static String thumbnail(Scan scan, LabelMask labels) {
        return Base64.getEncoder().encodeToString(Thumbnail.of(scan, labels));
    }
}
