package org.septum.fiji;

import java.awt.GraphicsEnvironment;
import java.util.List;
import java.util.Locale;

import org.septum.pipeline.ClassContent;
import org.septum.pipeline.MaskQuality;

import ij.measure.ResultsTable;

/** Rows of ImageJ's table of results: one for each class. */
final class ContentTable {

    private static final String LOOK = "Look at it";

    private static final String DICE = "Predicted Dice";

    private static final String WHY = "Why";

    private ContentTable() {
    }

    /**
     * Adds the classes of a frame to the table that ImageJ shows; what is in it stays.
     *
     * @param title
     *            of the image
     * @param frame
     *            from 1, or 0 if there is only one
     * @param quality
     *            of the mask of all classes, in columns if it was judged
     */
    static synchronized void add(String title, int frame, List<ClassContent> contents, MaskQuality quality) {
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
            add(table, quality);
        }
        if (!GraphicsEnvironment.isHeadless())
            table.show("Results");
    }

    /** Rows without a judgement have empty cells, once there are the columns: ImageJ would fill them with 0. */
    private static void add(ResultsTable table, MaskQuality quality) {
        boolean isFirst = !table.columnExists(DICE);
        if (isFirst && !quality.judged())
            return;
        String look = quality.look() ? "yes" : "no";
        table.addValue(LOOK, quality.judged() ? look : "");
        table.addValue(DICE, quality.predictedDice());
        table.addValue(WHY, String.join("; ", quality.reasons()));
        for (int row = 0; isFirst && row < table.size() - 1; row++) {
            table.setValue(LOOK, row, "");
            table.setValue(DICE, row, Double.NaN);
            table.setValue(WHY, row, "");
        }
    }
}
