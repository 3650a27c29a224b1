package org.septum.pipeline;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/**
 * The scans of a batch as HTML pages with small pictures, which lie beside them. Pages are limited in length, and so is
 * their number: nobody leafs through a million pictures, and {@code summary.csv} has them all.
 */
final class BatchPages {

    private static final int SCANS_A_PAGE = 200;

    private static final int MOST_PAGES = 100;

    private static final String STYLE = """
            body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem;
                   color: #1b1f24; background: #fff }
            table { border-collapse: collapse; width: 100% } td { border-top: 1px solid #d0d7de; padding: .5rem;
                   vertical-align: top } td:first-child { width: 190px } img { background: #000; max-width: 180px }
            .bad { color: #a33000 } .note { color: #57606a } h3 { margin: 0 }
            """;

    private final BatchFolder folder;

    private final long done;

    private final long failed;

    private final StringBuilder rows = new StringBuilder();

    private int onPage;

    private int pages;

    private long shown;

    BatchPages(BatchFolder folder, long done, long failed) {
        this.folder = folder;
        this.done = done;
        this.failed = failed;
    }

    void add(ScanRecord record) {
        if (onPage == SCANS_A_PAGE) {
            if (pages == MOST_PAGES - 1)
                return;
            write(true);
        }
        onPage++;
        shown++;
        rows.append("<tr><td>");
        if (record.isDone())
            rows.append("<img alt=\"\" loading=\"lazy\" src=\"")
                    .append(link(slashes(folder.output().relativize(folder.thumbnail(record.name()))))).append("\">");
        rows.append("</td><td><h3>").append(Html.escape(record.scan())).append("</h3>");
        for (ScanRecord.WrittenFile file : record.files().subList(0, Math.min(1, record.files().size())))
            rows.append("<p><a href=\"").append(link(file.file())).append("\">").append(Html.escape(file.file()))
                    .append("</a>: ").append(Html.escape(SegmentScans.describe(record.volumes()))).append("</p>");
        if (record.quality().judged())
            rows.append(record.quality().look() ? "<p class=\"bad\">" : "<p>")
                    .append(Html.escape(record.quality().words())).append("</p>");
        if (!record.problem().isEmpty())
            rows.append("<p class=\"bad\">").append(Html.escape(record.problem())).append("</p>");
        record.notes().forEach(note -> rows.append("<p class=\"note\">").append(Html.escape(note)).append("</p>"));
        rows.append("</td></tr>\n");
    }

    /** Writes the last page; pages of an earlier, longer list are removed. */
    void finish() {
        write(false);
        try {
            for (int page = pages + 1; Files.deleteIfExists(folder.page(page)); page++) {
                // the next
            }
        } catch (IOException e) {
            throw SeptumException.output("cannot remove an old page: " + e.getMessage() + "; remove it by hand", e);
        }
    }

    private void write(boolean more) {
        pages++;
        StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Septum: segmented scans</title>\n<style>").append(STYLE)
                        .append("</style></head>\n<body>\n<h1>").append(done).append(" scans segmented, ")
                        .append(failed).append(" failed</h1>\n<p>")
                        .append("All in one table: <a href=\"summary.csv\">summary.csv</a>. Page ").append(pages);
        if (pages > 1)
            page.append(", <a href=\"").append(BatchFolder.pageName(pages - 1)).append("\">before</a>");
        if (more)
            page.append(", <a href=\"").append(BatchFolder.pageName(pages + 1)).append("\">next</a>");
        page.append(".</p>\n<table>\n").append(rows).append("</table>\n");
        if (!more && shown == (long) MOST_PAGES * SCANS_A_PAGE)
            page.append("<p>The pages show no more than ").append(shown).append(" scans.</p>\n");
        page.append("</body></html>\n");
        WholeFile.write(folder.page(pages), true, aside -> Files.writeString(aside, page));
        rows.setLength(0);
        onPage = 0;
    }

    private static String slashes(Path relative) {
        return relative.toString().replace(relative.getFileSystem().getSeparator(), "/");
    }

    /** A link to a file below the folder of the page. */
    static String link(String file) {
        try {
            return Html.escape(new URI(null, null, "./" + file, null).toASCIIString());
        } catch (URISyntaxException e) {
            // the page shows the name all the same
            return "";
        }
    }
}
