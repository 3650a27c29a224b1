package org.septum.fiji;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import net.imglib2.img.basictypeaccess.array.FloatArray;
import net.imglib2.img.planar.PlanarImg;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

import ij.ImagePlus;
import ij.ImageStack;
import ij.io.FileInfo;
import ij.measure.Calibration;
import ij.process.ColorProcessor;
import ij.process.ImageProcessor;

/**
 * An open image as a scan. Values are calibrated (HU of a CT that ImageJ opened); of a time series the frame in view is
 * taken; RGB gives three channels. ImageJ knows voxel sizes but not where the patient lies: axes count as L, P, S.
 */
final class OpenImage {

    private static final Map<String, Double> MILLIMETRES = Map.ofEntries(Map.entry("mm", 1.0),
            Map.entry("millimeter", 1.0), Map.entry("millimetre", 1.0), Map.entry("cm", 10.0), Map.entry("m", 1000.0),
            Map.entry("um", 1e-3), Map.entry("µm", 1e-3), Map.entry("μm", 1e-3), Map.entry("micron", 1e-3),
            Map.entry("microns", 1e-3), Map.entry("nm", 1e-6), Map.entry("inch", 25.4), Map.entry("in", 25.4));

    private OpenImage() {
    }

    /** The scan that an image shows. */
    static Scan scan(ImagePlus image) {
        int channels = image.getType() == ImagePlus.COLOR_RGB ? 3 : image.getNChannels();
        int slices = image.getNSlices();
        PlanarImg<FloatType, FloatArray> pixels = PlanarImgs.floats(image.getWidth(), image.getHeight(), slices,
                channels);
        for (int c = 0; c < channels; c++)
            for (int z = 0; z < slices; z++)
                pixels.setPlane(c * slices + z, new FloatArray(plane(image, c, z)));
        Modality modality = image.getType() == ImagePlus.COLOR_RGB ? Modality.RGB : Modality.OTHER;
        List<String> notes = new ArrayList<>();
        ScanGeometry geometry = geometry(image.getCalibration());
        if (!geometry.isCalibrated())
            notes.add("image " + image.getTitle() + " has no voxel size in mm; set it with Image > Properties…");
        if (image.getNFrames() > 1)
            notes.add("frame " + image.getFrame() + " of " + image.getNFrames() + " was taken");
        return new Scan(name(image), pixels, geometry, modality, notes);
    }

    private static float[] plane(ImagePlus image, int channel, int z) {
        ImageStack stack = image.getStack();
        if (image.getType() == ImagePlus.COLOR_RGB) {
            int index = image.getStackIndex(1, z + 1, image.getFrame());
            return (float[]) ((ColorProcessor) stack.getProcessor(index)).toFloat(channel, null).getPixels();
        }
        ImageProcessor slice = stack.getProcessor(image.getStackIndex(channel + 1, z + 1, image.getFrame()));
        slice.setCalibrationTable(image.getCalibration().getCTable());
        return (float[]) slice.convertToFloatProcessor().getPixelsCopy();
    }

    private static ScanGeometry geometry(Calibration calibration) {
        Double mm = MILLIMETRES.get(String.valueOf(calibration.getUnit()).toLowerCase(Locale.ROOT));
        boolean sound = calibration.pixelWidth > 0 && calibration.pixelHeight > 0 && calibration.pixelDepth > 0;
        if (mm == null || !calibration.scaled() || !sound)
            return ScanGeometry.UNKNOWN;
        return ScanGeometry.ofSpacing(calibration.pixelWidth * mm, calibration.pixelHeight * mm,
                calibration.pixelDepth * mm);
    }

    private static String name(ImagePlus image) {
        String title = image.getTitle() == null ? "" : image.getTitle().strip();
        return title.isEmpty() ? "image" : title;
    }

    /** The file that an image was opened from, if it is still there. */
    static Optional<Path> file(ImagePlus image) {
        FileInfo info = image.getOriginalFileInfo();
        if (info == null || info.directory == null || info.fileName == null || info.directory.isEmpty())
            return Optional.empty();
        try {
            Path file = Path.of(info.directory).resolve(info.fileName);
            return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
        } catch (java.nio.file.InvalidPathException e) {
            return Optional.empty();
        }
    }

    /** Throws unless there is an image. */
    static ImagePlus require(ImagePlus image) {
        if (image == null)
            throw SeptumException.usage("no image is open; open a scan first");
        return image;
    }
}
