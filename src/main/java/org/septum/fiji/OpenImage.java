package org.septum.fiji;

import java.awt.Rectangle;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.io.PlaneCells;
import org.septum.pipeline.SegmentImage;

import ij.ImagePlus;
import ij.ImageStack;
import ij.gui.ImageWindow;
import ij.gui.Roi;
import ij.io.FileInfo;
import ij.measure.Calibration;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;

/**
 * An open image as scans, one for each frame. Values are calibrated (HU of a CT that ImageJ opened); RGB gives three
 * channels; a lookup table changes nothing. ImageJ knows voxel sizes but not where the patient lies: axes count as L,
 * P, S.
 * <p>
 * Pixels are not copied: a plane is looked up, and made a plane of floats, when somebody asks for it. What is shown
 * when this is made stays at hand, even if the image is closed.
 */
final class OpenImage {

    private static final Map<String, Double> MILLIMETRES = Map.ofEntries(Map.entry("mm", 1.0),
            Map.entry("millimeter", 1.0), Map.entry("millimetre", 1.0), Map.entry("cm", 10.0), Map.entry("m", 1000.0),
            Map.entry("um", 1e-3), Map.entry("µm", 1e-3), Map.entry("μm", 1e-3), Map.entry("micron", 1e-3),
            Map.entry("microns", 1e-3), Map.entry("nm", 1e-6), Map.entry("inch", 25.4), Map.entry("in", 25.4));

    private final ImagePlus image;

    private final ImageStack stack;

    private final Calibration calibration;

    private final boolean isRgb;

    private final int channels;

    private final int slices;

    private final int frames;

    private final Optional<ImageWindow> window;

    private OpenImage(ImagePlus image) {
        this.image = image;
        this.stack = image.getStack().isVirtual() ? image.getStack() : samePixels(image.getStack());
        this.calibration = image.getCalibration().copy();
        this.isRgb = image.getType() == ImagePlus.COLOR_RGB;
        this.channels = image.getNChannels();
        this.slices = image.getNSlices();
        this.frames = image.getNFrames();
        this.window = Optional.ofNullable(image.getWindow());
    }

    /**
     * What an image shows.
     *
     * @param image
     *            or null
     *
     * @throws SeptumException
     *             of kind USAGE if there is no image
     */
    static OpenImage of(ImagePlus image) {
        if (image == null || image.getProcessor() == null)
            throw SeptumException.usage("no image is open; open a scan first");
        return new OpenImage(image);
    }

    /** A stack of the same arrays: closing an image takes them out of its own stack. */
    private static ImageStack samePixels(ImageStack stack) {
        ImageStack same = new ImageStack(stack.getWidth(), stack.getHeight());
        for (int i = 1; i <= stack.size(); i++)
            same.addSlice(null, stack.getPixels(i));
        return same;
    }

    /** Its title without an extension. */
    String title() {
        return image.getShortTitle();
    }

    /** Its voxel size; values are plain. */
    Calibration spatialCalibration() {
        Calibration copy = calibration.copy();
        copy.disableDensityCalibration();
        return copy;
    }

    /** Frames to segment, from 1: all of them, or the one in view. */
    List<Integer> frames(boolean all) {
        List<Integer> wanted = new ArrayList<>();
        for (int t = 1; t <= frames; t++)
            if (all || t == image.getFrame())
                wanted.add(t);
        return wanted;
    }

    /** The slice that is shown now, from 1. */
    int sliceInView() {
        return image.convertIndexToPosition(image.getCurrentSlice())[1];
    }

    /** The frame that is shown now, from 1. */
    int frameInView() {
        return image.convertIndexToPosition(image.getCurrentSlice())[2];
    }

    /** True if there are several frames. */
    boolean isTimeSeries() {
        return frames > 1;
    }

    /** Puts a selection onto a slice, from 0, of a frame, from 1; over all channels. */
    void place(Roi roi, int z, int frame) {
        if (image.isHyperStack() || channels > 1 || frames > 1)
            roi.setPosition(0, z + 1, frames > 1 ? frame : 0);
        else
            roi.setPosition(z + 1);
    }

    /** Slice of a selection, from 0; -1 for one that is on every slice. */
    int slice(Roi roi) {
        if (roi.hasHyperStackPosition())
            return roi.getZPosition() - 1;
        int position = roi.getPosition();
        boolean isPlain = position == 0 || channels == 1 && frames == 1;
        return isPlain ? position - 1 : image.convertIndexToPosition(position)[1] - 1;
    }

    /** True if a selection is on a frame, from 1. */
    boolean isInFrame(Roi roi, int frame) {
        if (roi.hasHyperStackPosition())
            return roi.getTPosition() == 0 || roi.getTPosition() == frame;
        int position = roi.getPosition();
        return frames == 1 || position == 0 || image.convertIndexToPosition(position)[2] == frame;
    }

    /** True if its window has been closed since. */
    boolean isClosed() {
        return image.getProcessor() == null || window.isPresent() && image.getWindow() != window.get();
    }

    /** A frame, from 1, as a scan. */
    Scan scan(int frame) {
        int planes = isRgb ? 3 : channels;
        long[] size = { stack.getWidth(), stack.getHeight(), slices, planes };
        return new Scan(name(), PlaneCells.image(name(), size, (z, c) -> plane(c, z, frame), !stack.isVirtual()),
                geometry(), isRgb ? Modality.RGB : Modality.OTHER, notes());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        if (!geometry().isCalibrated())
            notes.add("image " + image.getTitle() + " has no voxel size in mm (its unit is \"" + calibration.getUnit()
                    + "\"), so there are no volumes; set it with Image > Properties…");
        if (frames > 1 && slices == 1)
            notes.add(image.getTitle() + " has " + frames + " frames of one slice; if they are the slices of a volume,"
                    + " say so in Image > Properties…");
        if (image.getType() == ImagePlus.COLOR_256)
            notes.add("the colours of " + image.getTitle() + " are those of a lookup table and are not looked at; for a"
                    + " model of colour pictures choose Image > Type > RGB Color first");
        return notes;
    }

    // virtual stacks read one slice at a time
    private synchronized ImageProcessor slice(int index) {
        return stack.getProcessor(index);
    }

    private float[] plane(int channel, int z, int frame) {
        ImageProcessor slice = slice(((frame - 1) * slices + z) * channels + (isRgb ? 0 : channel) + 1);
        if (slice instanceof ColorProcessor rgb)
            return (float[]) rgb.toFloat(channel, null).getPixels();
        slice.setCalibrationTable(calibration.getCTable());
        return (float[]) slice.convertToFloatProcessor().getPixelsCopy();
    }

    private ScanGeometry geometry() {
        double x = calibration.pixelWidth * millimetres(calibration.getXUnit());
        double y = calibration.pixelHeight * millimetres(calibration.getYUnit());
        double z = calibration.pixelDepth * millimetres(calibration.getZUnit());
        boolean sound = isLength(x) && isLength(y) && isLength(z);
        return sound && calibration.scaled() ? ScanGeometry.ofSpacing(x, y, z) : ScanGeometry.UNKNOWN;
    }

    private static boolean isLength(double mm) {
        return mm > 0 && mm < Double.POSITIVE_INFINITY;
    }

    /** NaN for "pixel" and words that are no length. */
    private static double millimetres(String unit) {
        return MILLIMETRES.getOrDefault(String.valueOf(unit).strip().toLowerCase(Locale.ROOT), Double.NaN);
    }

    private String name() {
        String title = image.getTitle() == null ? "" : image.getTitle().strip();
        return title.isEmpty() ? "image" : title;
    }

    /**
     * The selection, if it is one of an area.
     *
     * @throws SeptumException
     *             of kind USAGE if it lies outside the image
     */
    Optional<SegmentImage.Region> selection() {
        Roi roi = image.getRoi();
        if (roi == null || !roi.isArea())
            return Optional.empty();
        Rectangle bounds = roi.getBounds();
        if (!bounds.intersects(0, 0, stack.getWidth(), stack.getHeight())) {
            throw SeptumException.usage("the selection lies outside " + image.getTitle()
                    + "; move it, or choose Edit > Selection > Select None for the whole image");
        }
        ImageProcessor mask = roi.getMask() == null ? null : roi.getMask().duplicate();
        return Optional.of((x, y) -> bounds.contains((int) x, (int) y)
                && (mask == null || mask.get((int) x - bounds.x, (int) y - bounds.y) != 0));
    }

    /** The file that it was opened from, if that is still there. */
    Optional<Path> file() {
        FileInfo info = image.getOriginalFileInfo();
        if (info == null || info.directory == null || info.fileName == null || info.directory.isEmpty())
            return Optional.empty();
        try {
            Path file = Path.of(info.directory).resolve(info.fileName);
            return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }
}
