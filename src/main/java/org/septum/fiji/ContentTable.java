package org.septum.fiji;

import java.awt.GraphicsEnvironment;
import java.util.List;
import java.util.Locale;

import org.septum.pipeline.ClassContent;

import ij.measure.ResultsTable;

/** Rows of ImageJ's table of results: one for each class. */
final class ContentTable {

    private ContentTable() {
    }

    /**
     * Adds the classes of a frame to the table that ImageJ shows; what is in it stays.
     *
     * @param title
     *            of the image
     * @param frame
     *            from 1, or 0 if there is only one
     */
    static synchronized void add(String title, int frame, List<ClassContent> contents) {
        ResultsTable table = ResultsTable.getResultsTable();
        for (ClassContent content : contents) {
            table.incrementCounter();
            table.addValue("Image", title);
            if (frame > 0)
                table.addValue("Frame", frame);
            table.addValue("Class", content.volume().label().name());
            table.addValue("Voxels", content.volume().voxels());
            table.addValue("Volume (ml)", content.volume().millilitres());
            if (!Double.isNaN(content.squareMillimetres()))
                table.addValue("Area (mm2)", content.squareMillimetres());
            for (int c = 0; c < content.means().size(); c++)
                table.addValue(content.means().size() == 1 ? "Mean" : String.format(Locale.ROOT, "Mean %d", c + 1),
                        content.means().get(c));
            content.volume().measured().forEach(
                    m -> table.addValue(m.kind() + " (" + m.unit() + ")", m.value() == null ? Double.NaN : m.value()));
        }
        if (!GraphicsEnvironment.isHeadless())
            table.show("Results");
    }
}
