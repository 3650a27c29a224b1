package org.septum.fiji;

import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import net.imglib2.RandomAccess;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Progress;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

import ij.ImagePlus;
import ij.gui.ImageRoi;
import ij.gui.Roi;
import ij.io.RoiDecoder;
import ij.plugin.frame.RoiManager;
import ij.process.ImageProcessor;

/** Edited selections or an edited label image as a mask of a scan: the way back of {@link MaskImage}. */
final class CorrectedMask {

    private final ClassLabels labels;

    private final Scan scan;

    private final Progress progress;

    /**
     * @param labels
     *            classes that the mask has
     * @param scan
     *            whose grid it has
     * @param progress
     *            hears what a person should know
     */
    CorrectedMask(ClassLabels labels, Scan scan, Progress progress) {
        this.labels = labels;
        this.scan = scan;
        this.progress = progress;
    }

    /** Those of the ROI Manager if it has any, else those on the overlay of an image, without pictures. */
    static List<Roi> selections(ImagePlus image) {
        RoiManager manager = RoiManager.getInstance2();
        if (manager != null && manager.getCount() > 0)
            return List.of(manager.getRoisAsArray());
        return image.getOverlay() == null ? List.of()
                : Stream.of(image.getOverlay().toArray()).filter(roi -> !(roi instanceof ImageRoi)).toList();
    }

    /** Those of a zip, as the ROI Manager saves them and {@code roi-zip} masks have them. */
    static List<Roi> selections(Path zip) {
        List<Roi> rois = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
            for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!entry.getName().endsWith(".roi"))
                    continue;
                String name = entry.getName().replaceFirst("^.*/", "").replaceFirst("\\.roi$", "");
                rois.add(new RoiDecoder(in.readAllBytes(), name).getRoi());
            }
        } catch (IOException e) {
            throw SeptumException.input("cannot read selections from " + zip + ": " + e.getMessage()
                    + "; give a zip that the ROI Manager saved", e);
        }
        if (rois.isEmpty())
            throw SeptumException.input(zip + " holds no selections; give a zip that the ROI Manager saved");
        return rois;
    }

    /**
     * The mask that selections fill; where those of two classes overlap, the later one counts. A class is named by the
     * selection's name up to a blank, minus, dot or underscore, or by the number of its group; if there is one class
     * only, every selection is of it.
     *
     * @param slice
     *            of a selection, from 0; -1 for every slice
     *
     * @throws SeptumException
     *             of kind INPUT if a selection names no class, is no area or has no slice
     */
    LabelMask ofSelections(List<Roi> selections, ToIntFunction<Roi> slice) {
        int width = (int) scan.size(0);
        byte[][] planes = new byte[(int) scan.size(2)][width * (int) scan.size(1)];
        long twice = 0;
        for (Roi roi : selections) {
            byte value = (byte) classOf(roi).value();
            int z = slice.applyAsInt(roi);
            if (!roi.isArea())
                throw SeptumException.input("the selection " + name(roi) + " is no area (" + roi.getTypeAsString()
                        + "); remove it, or make an area of it with Edit > Selection");
            if (z < 0 && planes.length > 1 || z >= planes.length)
                throw SeptumException.input("the selection " + name(roi)
                        + (z < 0 ? " belongs to no slice" : " is on slice " + (z + 1)) + "; the scan has "
                        + planes.length + ": give it one with Properties… in the ROI Manager");
            twice += fill(planes[Math.max(0, z)], width, roi, value);
        }
        if (twice > 0)
            progress.message(twice + " voxels belong to selections of two classes; the later in the list has them");
        return mask(planes);
    }

    private static long fill(byte[] plane, int width, Roi roi, byte value) {
        Rectangle bounds = roi.getBounds();
        ImageProcessor inside = roi.getMask();
        int height = plane.length / width;
        long twice = 0;
        for (int y = Math.max(0, bounds.y); y < Math.min(height, bounds.y + bounds.height); y++) {
            for (int x = Math.max(0, bounds.x); x < Math.min(width, bounds.x + bounds.width); x++) {
                if (inside != null && inside.get(x - bounds.x, y - bounds.y) == 0)
                    continue;
                byte old = plane[y * width + x];
                twice += old != 0 && old != value ? 1 : 0;
                plane[y * width + x] = value;
            }
        }
        return twice;
    }

    private ClassLabel classOf(Roi roi) {
        String said = name(roi).toLowerCase(Locale.ROOT);
        List<ClassLabel> classes = labels.foreground();
        Optional<ClassLabel> named = classes.stream().filter(c -> isNamed(said, c))
                .max(Comparator.comparingInt(c -> c.name().length()));
        return named.or(() -> classes.stream().filter(c -> c.value() == roi.getGroup()).findFirst())
                .or(() -> classes.size() == 1 ? Optional.of(classes.get(0)) : Optional.empty())
                .orElseThrow(() -> SeptumException.input("the selection " + name(roi) + " names no class; rename it to "
                        + classes.stream().map(c -> "\"" + c.name() + " 1\"").collect(Collectors.joining(" or "))
                        + " in the ROI Manager, or set its group to the number of the class"));
    }

    /** Names in a zip of masks have no signs that file names cannot have. */
    private static boolean isNamed(String said, ClassLabel label) {
        String name = label.name().strip().toLowerCase(Locale.ROOT);
        String plain = name.replaceAll("[\\\\/:*?\"<>|\\p{Cntrl}]", "_");
        return Stream.of(name, plain)
                .anyMatch(n -> said.equals(n) || said.startsWith(n) && " -._".indexOf(said.charAt(n.length())) >= 0);
    }

    private static String name(Roi roi) {
        return roi.getName() == null ? roi.toString() : roi.getName();
    }

    /**
     * The mask that a label image shows.
     *
     * @param frame
     *            of it, from 1, if it has several
     *
     * @throws SeptumException
     *             of kind INPUT if it has another size, or a value that is no class
     */
    LabelMask ofImage(ImagePlus image, int frame) {
        boolean fits = image.getWidth() == scan.size(0) && image.getHeight() == scan.size(1)
                && image.getNSlices() == scan.size(2) && image.getNChannels() == 1
                && image.getType() != ImagePlus.COLOR_RGB;
        if (!fits)
            throw SeptumException.input("the label image " + image.getTitle() + " has " + image.getWidth() + "×"
                    + image.getHeight() + "×" + image.getNSlices() + " voxels, " + image.getNChannels()
                    + " channels and " + image.getBitDepth() + " bits, the scan " + scan.shape()
                    + "; give one of the same size with one channel, no colours");
        byte[][] planes = new byte[image.getNSlices()][];
        for (int z = 0; z < planes.length; z++) {
            int index = image.getStackIndex(1, z + 1, image.getNFrames() > 1 ? frame : 1);
            planes[z] = values(image, image.getStack().getProcessor(index), z);
        }
        return mask(planes);
    }

    private byte[] values(ImagePlus image, ImageProcessor slice, int z) {
        byte[] values = new byte[slice.getPixelCount()];
        for (int i = 0; i < values.length; i++) {
            float value = slice.getf(i);
            if (value != (int) value || labels.indexOf((int) value) < 0) {
                throw SeptumException.input("the label image " + image.getTitle() + " has the value " + value
                        + " at pixel (" + i % slice.getWidth() + ", " + i / slice.getWidth() + ") of slice " + (z + 1)
                        + "; the classes of the model are " + labels.classes().stream()
                                .map(c -> c.value() + " " + c.name()).collect(Collectors.joining(", ")));
            }
            values[i] = (byte) value;
        }
        return values;
    }

    private LabelMask mask(byte[][] planes) {
        PlanarImg<UnsignedByteType, ?> pixels = PlanarImgs.unsignedBytes(scan.size(0), scan.size(1), planes.length);
        RandomAccess<UnsignedByteType> at = pixels.randomAccess();
        for (int z = 0; z < planes.length; z++) {
            for (int i = 0; i < planes[z].length; i++) {
                at.setPosition(new long[] { i % scan.size(0), i / scan.size(0), z });
                at.get().set(planes[z][i]);
            }
        }
        return new LabelMask(pixels, scan.geometry(), labels);
    }

    /** "3 selections", for people. */
    static String words(List<Roi> selections) {
        return selections.size() + " selections: " + Arrays
                .toString(selections.stream().map(CorrectedMask::name).limit(5).toArray()).replaceAll("[\\[\\]]", "")
                + (selections.size() > 5 ? ", …" : "");
    }
}
