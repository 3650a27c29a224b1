package org.septum.pipeline;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.List;

import javax.imageio.ImageIO;

import net.imglib2.FinalInterval;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.util.ConstantUtils;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.OverlayPicture;

/** What was found as one HTML page, thumbnails inside. */
record CheckPage(List<CheckData.Finding> findings, List<String> problems) {

    private static final int LONGEST_EDGE = 180;

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
        // a mask without voxels of its own takes no memory, however large the scan is
        LabelMask none = new LabelMask(
                ConstantUtils.constantRandomAccessibleInterval(new UnsignedByteType(),
                        new FinalInterval(scan.size(0), scan.size(1), scan.size(2))),
                scan.geometry(), ClassLabels.of("background", "none"));
        return png(OverlayPicture.drawSlice(scan, none, (int) (scan.size(2) / 2)));
    }

    /** The slice with the most mask, with its outlines. */
    static String thumbnail(Scan scan, LabelMask labels) {
        return png(OverlayPicture.drawSlice(scan, labels, slice(labels)));
    }

    private static int slice(LabelMask labels) {
        long[] counts = new long[(int) labels.size(2)];
        var at = labels.pixels().localizingCursor();
        while (at.hasNext())
            if (at.next().get() != 0)
                counts[at.getIntPosition(2)]++;
        int best = counts.length / 2;
        for (int z = 0; z < counts.length; z++)
            if (counts[z] > counts[best])
                best = z;
        return best;
    }

    private static String png(BufferedImage picture) {
        double scale = Math.min(1, (double) LONGEST_EDGE / Math.max(picture.getWidth(), picture.getHeight()));
        BufferedImage small = new BufferedImage((int) Math.max(1, picture.getWidth() * scale),
                (int) Math.max(1, picture.getHeight() * scale), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = small.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.drawImage(picture, 0, 0, small.getWidth(), small.getHeight(), null);
        g.dispose();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(small, "png", bytes);
        } catch (IOException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot make a PNG: " + e.getMessage(), e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
