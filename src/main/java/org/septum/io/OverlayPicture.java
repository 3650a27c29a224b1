package org.septum.io;

import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

import javax.imageio.ImageIO;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.WholeFile;

/**
 * Pictures of a scan with its mask on it. A contact sheet has up to twelve slices side by side, those that hold mask if
 * any do, with their numbers (from 1), the sides of the patient and a legend; they are turned as radiologists look at
 * them: the patient's right or front to the left, his front or head up. Grey values run from the 1st to the 99th
 * percentile of the slices shown; each class has its colour, as an outline and a thin fill. Pixels that are not square
 * are drawn in proportion.
 */
public final class OverlayPicture {

    private static final int SLICES = 12;
    private static final int COLUMNS = 4;
    private static final int SHORTEST_CELL = 240;
    private static final int LONGEST_CELL = 320;
    private static final int LONGEST_IMAGE = 1600;
    private static final int NARROWEST = 200;

    private final Scan scan;
    private final LabelMask mask;
    private final int[] slices;
    private final OverlaySlice painter;
    private final Layer layer;

    /** What is drawn of a slice. */
    @FunctionalInterface
    interface Layer {

        BufferedImage draw(OverlaySlice painter, int z, int width, int height);
    }

    private OverlayPicture(Scan scan, LabelMask mask, int[] slices, Layer layer) {
        this.scan = scan;
        this.mask = mask;
        this.slices = slices;
        this.layer = layer;
        this.painter = new OverlaySlice(scan, mask, slices);
    }

    private OverlayPicture(Scan scan, LabelMask mask, int[] slices) {
        this(scan, mask, slices, OverlaySlice::draw);
    }

    /** Draws a contact sheet of something else than the mask's fill. */
    static BufferedImage draw(Scan scan, LabelMask mask, Layer layer) {
        requireSameSize(scan, mask);
        OverlayPicture sheet = new OverlayPicture(scan, mask, chooseSlices(mask), layer);
        return sheet.montage(sheet.slices);
    }

    /** Writes a contact sheet as PNG. */
    public static void write(Scan scan, LabelMask mask, Path file, boolean overwrite) {
        WholeFile.requireFree(file, overwrite);
        writePng(draw(scan, mask), file, overwrite);
    }

    /**
     * Writes one PNG for each slice that holds mask: NAME-0012.png for slice 12 of the scan NAME. Their grey values are
     * those of one contact sheet.
     *
     * @return how many
     */
    public static int writeSlices(Scan scan, LabelMask mask, Path folder, boolean overwrite) {
        OverlayPicture sheet = sheet(scan, mask);
        int n = 0;
        for (int z = 0; z < mask.size(2); z++) {
            if (isEmpty(Planes.of(mask, z)))
                continue;
            Path file = folder.resolve(String.format(Locale.ROOT, "%s-%04d.png", scan.name(), z + 1));
            WholeFile.requireFree(file, overwrite);
            writePng(sheet.montage(new int[] { z }), file, overwrite);
            n++;
        }
        return n;
    }

    static void writePng(BufferedImage picture, Path file, boolean overwrite) {
        // Why not straight into the file? ImageIO keeps to itself why a disk did not take it.
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        WholeFile.write(file, overwrite, aside -> {
            if (!ImageIO.write(picture, "png", png))
                throw new IOException("this Java cannot write PNG");
            Files.write(aside, png.toByteArray());
        });
    }

    /** Draws a contact sheet. */
    public static BufferedImage draw(Scan scan, LabelMask mask) {
        OverlayPicture sheet = sheet(scan, mask);
        return sheet.montage(sheet.slices);
    }

    /** Draws slice {@code z} alone, turned as on a contact sheet, without words: they would not be legible if small. */
    public static BufferedImage drawSlice(Scan scan, LabelMask mask, int z) {
        requireSameSize(scan, mask);
        OverlayPicture one = new OverlayPicture(scan, mask, new int[] { z });
        int[] cell = one.cellSize(false);
        BufferedImage out = new BufferedImage(cell[0], cell[1], BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        try {
            one.putSlice(g, one.painter.draw(z, cell[0], cell[1]), new int[] { 0, 0, cell[0], cell[1] });
        } finally {
            g.dispose();
        }
        return out;
    }

    /**
     * Draws slice {@code z} with a predicted mask in the colours of its classes and the outlines of the reference in
     * white on it.
     */
    public static BufferedImage drawComparison(Scan scan, LabelMask prediction, LabelMask reference, int z) {
        requireSameSize(scan, prediction);
        requireSameSize(scan, reference);
        OverlayPicture one = new OverlayPicture(scan, prediction, new int[] { z });
        int[] cell = one.cellSize(false);
        BufferedImage slice = one.painter.draw(z, cell[0], cell[1]);
        one.painter.outline(slice, reference, z);
        BufferedImage out = new BufferedImage(cell[0], cell[1], BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        try {
            one.putSlice(g, slice, new int[] { 0, 0, cell[0], cell[1] });
        } finally {
            g.dispose();
        }
        return out;
    }

    private static OverlayPicture sheet(Scan scan, LabelMask mask) {
        requireSameSize(scan, mask);
        return new OverlayPicture(scan, mask, chooseSlices(mask));
    }

    private static void requireSameSize(Scan scan, LabelMask mask) {
        for (int d = 0; d < 3; d++) {
            if (scan.size(d) != mask.size(d))
                throw SeptumException.input("the mask has " + mask.shape() + " voxels and scan " + scan.name() + " "
                        + scan.shape() + "; they must be equal");
        }
    }

    private BufferedImage montage(int[] shown) {
        int[] cell = cellSize(shown.length == 1);
        int columns = Math.min(COLUMNS, shown.length);
        int rows = (shown.length + columns - 1) / columns;
        int width = Math.max(NARROWEST, columns * cell[0]);
        List<Map.Entry<String, Integer>> legend = legend(shown);
        int footer = PictureText.footerHeight(width, legend);
        BufferedImage out = new BufferedImage(width, rows * cell[1] + footer, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = out.createGraphics();
        try {
            for (int i = 0; i < shown.length; i++) {
                int[] at = { i % columns * cell[0], i / columns * cell[1], cell[0], cell[1] };
                putSlice(g, layer.draw(painter, shown[i], cell[0], cell[1]), at);
                putLabels(g, shown[i], at);
            }
            PictureText.footer(g, title(), legend, new int[] { 0, rows * cell[1], width });
        } finally {
            g.dispose();
        }
        return out;
    }

    /** Width and height of a slice: one pixel of the picture for the smaller side of a voxel, within limits. */
    private int[] cellSize(boolean alone) {
        Vector3 spacing = scan.geometry().orUnitSpacing().spacing();
        double width = scan.size(0) * spacing.x();
        double height = scan.size(1) * spacing.y();
        double natural = Math.max(width, height) / Math.min(spacing.x(), spacing.y());
        double longest = Math.max(SHORTEST_CELL, Math.min(natural, alone ? LONGEST_IMAGE : LONGEST_CELL));
        double scale = longest / Math.max(width, height);
        return new int[] { Math.max(1, (int) Math.round(width * scale)),
                Math.max(1, (int) Math.round(height * scale)) };
    }

    private void putSlice(Graphics2D g, BufferedImage slice, int[] at) {
        boolean mirrored = "LP".contains(leftSide());
        boolean upended = "PI".contains(topSide());
        g.drawImage(slice, at[0], at[1], at[0] + at[2], at[1] + at[3], mirrored ? at[2] : 0, upended ? at[3] : 0,
                mirrored ? 0 : at[2], upended ? 0 : at[3], null);
    }

    private void putLabels(Graphics2D g, int z, int[] cell) {
        if (scan.isVolume())
            PictureText.label(g, Integer.toString(z + 1), cell, PictureText.Place.TOP_LEFT);
        if (!isPlaced())
            return;
        PictureText.label(g, "LP".contains(leftSide()) ? opposite(leftSide()) : leftSide(), cell,
                PictureText.Place.LEFT);
        PictureText.label(g, "PI".contains(topSide()) ? opposite(topSide()) : topSide(), cell, PictureText.Place.TOP);
    }

    /** False for photographs, which show no side of a patient. */
    private boolean isPlaced() {
        return scan.isVolume() && scan.geometry().isCalibrated();
    }

    /** Side of the patient where x is 0. */
    private String leftSide() {
        return isPlaced() ? side(scan.geometry().direction().x().times(-1)) : "none";
    }

    /** Side of the patient where y is 0. */
    private String topSide() {
        return isPlaced() ? side(scan.geometry().direction().y().times(-1)) : "none";
    }

    private static String opposite(String side) {
        String letters = "LRPASI";
        return letters.substring(letters.indexOf(side) ^ 1).substring(0, 1);
    }

    /** Which side of the patient lies in a direction: Left, Right, Anterior, Posterior, Superior, Inferior. */
    private static String side(Vector3 direction) {
        String letters = "LRPASI";
        int axis = 0;
        for (int d = 1; d < 3; d++)
            if (Math.abs(direction.get(d)) > Math.abs(direction.get(axis)))
                axis = d;
        int at = 2 * axis + (direction.get(axis) > 0 ? 0 : 1);
        return letters.substring(at, at + 1);
    }

    private String title() {
        return scan.name() + "   " + scan.shape();
    }

    /** Names and colours of the classes in the slices shown. */
    private List<Map.Entry<String, Integer>> legend(int[] shown) {
        TreeSet<Integer> values = new TreeSet<>();
        for (int z : shown)
            for (byte value : Planes.of(mask, z))
                values.add(value & 0xff);
        values.remove(0);
        return values.stream().map(v -> Map.entry(mask.labels().withValue(v).map(c -> c.name()).orElse("value " + v),
                colour(mask.labels(), v))).toList();
    }

    static int colour(ClassLabels labels, int value) {
        return labels.withValue(value).map(c -> c.rgb()).orElse(ClassLabels.colour(value));
    }

    /** Evenly spread slices, from the first to the last that holds mask; from all if none does. */
    private static int[] chooseSlices(LabelMask mask) {
        int depth = (int) mask.size(2);
        int first = depth;
        int last = -1;
        for (int z = 0; z < depth; z++) {
            if (!isEmpty(Planes.of(mask, z))) {
                first = Math.min(first, z);
                last = z;
            }
        }
        if (last < 0) {
            first = 0;
            last = depth - 1;
        }
        int n = Math.min(SLICES, last - first + 1);
        int[] chosen = new int[n];
        for (int i = 0; i < n; i++)
            chosen[i] = n == 1 ? (first + last) / 2 : (int) (first + (long) i * (last - first) / (n - 1));
        return chosen;
    }

    private static boolean isEmpty(byte[] labels) {
        for (byte label : labels)
            if (label != 0)
                return false;
        return true;
    }
}
