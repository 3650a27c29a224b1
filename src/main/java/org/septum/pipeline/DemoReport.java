package org.septum.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

import org.septum.bundle.ModelCard;
import org.septum.core.ClassLabel;

/** The demo's report as one HTML page, with the pictures beside it. */
record DemoReport(SegmentScans.Result segmented, DescribeModel.Result model, boolean masksAreEqual, double seconds) {

    private static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem;
                   color: #1b1f24; background: #fff }
            h1 { margin-bottom: 0 } .warning { border-left: 4px solid #d55e00; padding: .3rem 1rem; background: #fff4ec }
            table { border-collapse: collapse } td, th { border-bottom: 1px solid #d0d7de; padding: .3rem .8rem;
                   text-align: left } .number { text-align: right; font-variant-numeric: tabular-nums }
            img { max-width: 100%; background: #000 } .swatch { display: inline-block; width: 1em; height: 1em;
                   vertical-align: -.15em; margin-right: .4em }
            """;

    String html() {
        StringBuilder page = new StringBuilder();
        page.append(
                "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Septum demo</title>\n<style>")
                .append(STYLE).append("</style></head>\n<body>\n<h1>Septum demo</h1>\n<p>")
                .append(Html.escape(model.card().description())).append("</p>\n")
                .append("<p class=\"warning\">For research. Not a medical device.</p>\n<h2>Masks</h2>\n")
                .append(volumes()).append("<p>")
                .append(masksAreEqual ? "The masks of all formats are equal, voxel by voxel and in the same place."
                        : "<strong>The masks differ between the formats.</strong>")
                .append("</p>\n<h2>Pictures</h2>\n");
        SegmentScans.ScanResult first = segmented.scans().get(0);
        page.append(legend()).append("<p><img src=\"").append(Html.escape(picture(first)))
                .append("\" alt=\"Slices of the scan with the mask on it\"></p>\n");
        page.append("<h2>Model</h2>\n").append(scores());
        page.append("<p>").append(Html.escape(segmented.engine())).append(String.format(Locale.ROOT,
                "; %.1f s in all. Septum %s.</p>%n", seconds, Html.escape(SeptumVersion.text())));
        return page.append("<p>").append(Html.escape(model.card().attribution())).append("</p>\n</body></html>\n")
                .toString();
    }

    private static String picture(SegmentScans.ScanResult scan) {
        List<Path> files = scan.files();
        return files.get(files.size() - 1).getFileName().toString();
    }

    private String volumes() {
        StringBuilder table = new StringBuilder("<table><tr><th>scan</th>");
        for (ClassVolume v : segmented.scans().get(0).volumes())
            table.append("<th class=\"number\">").append(Html.escape(v.label().name())).append("</th>");
        table.append("<th class=\"number\">seconds</th></tr>\n");
        for (SegmentScans.ScanResult scan : segmented.scans()) {
            table.append("<tr><td>").append(Html.escape(scan.name())).append("</td>");
            for (ClassVolume v : scan.volumes())
                table.append(String.format(Locale.ROOT, "<td class=\"number\">%.3f ml</td>", v.millilitres()));
            table.append(String.format(Locale.ROOT, "<td class=\"number\">%.2f</td></tr>%n", scan.seconds()));
        }
        return table.append("</table>\n").toString();
    }

    private String legend() {
        StringBuilder legend = new StringBuilder("<p>");
        for (ClassLabel c : model.plan().labels().foreground()) {
            legend.append(
                    String.format(Locale.ROOT, "<span class=\"swatch\" style=\"background:#%06x\"></span>%s &nbsp; ",
                            c.rgb(), Html.escape(c.name())));
        }
        return legend.append("</p>\n").toString();
    }

    private String scores() {
        StringBuilder table = new StringBuilder("<table><tr><th>class</th><th>score</th><th class=\"number\">mean</th>"
                + "<th class=\"number\">sd</th><th class=\"number\">n</th><th>measured on</th></tr>\n");
        for (ModelCard.Score s : model.card().scores()) {
            table.append(String.format(Locale.ROOT,
                    "<tr><td>%s</td><td>%s</td><td class=\"number\">%.3f</td>"
                            + "<td class=\"number\">%.3f</td><td class=\"number\">%d</td><td>%s</td></tr>%n",
                    Html.escape(s.className()), Html.escape(s.metric()), s.mean(), s.sd(), s.n(),
                    Html.escape(s.split())));
        }
        return table.append("</table>\n").toString();
    }
}
