package org.septum.io;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

import net.imglib2.RandomAccess;
import net.imglib2.converter.Converters;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.img.planar.PlanarImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/** Turns the grey values of a file into labels, and says what is wrong if they are none. */
final class MaskValues {

    private MaskValues() {
    }

    static LabelMask toMask(Path path, Scan scan, ClassLabels labels) {
        boolean[] known = new boolean[256];
        labels.classes().forEach(c -> known[c.value()] = true);
        long[] size = { scan.size(0), scan.size(1), scan.size(2) };
        long count = size[0] * size[1] * size[2];
        Img<UnsignedByteType> pixels = count < Integer.MAX_VALUE - 16 ? ArrayImgs.unsignedBytes(size)
                : PlanarImgs.unsignedBytes(size);
        RandomAccess<UnsignedByteType> to = pixels.randomAccess();
        for (long z = 0; z < size[2]; z++) {
            float[] plane = Planes.of(scan, z, 0);
            requireGrey(path, scan, z, plane);
            for (int y = 0, i = 0; y < size[1]; y++) {
                to.setPosition(new long[] { 0, y, z });
                for (int x = 0; x < size[0]; x++, to.fwd(0)) {
                    float value = plane[i++];
                    if (value != (int) value || value < 0 || value > 255 || !known[(int) value])
                        throw unknown(path, value, new long[] { x, y, z }, labels);
                    to.get().set((int) value);
                }
            }
        }
        return new LabelMask(pixels, scan.geometry(), labels);
    }

    /**
     * A scan of segment numbers with the values of the classes of the same names instead; the scan itself if a segment
     * has a name that no class has.
     */
    static Scan named(Scan scan, ClassLabels segments, ClassLabels labels) {
        float[] values = new float[256];
        for (ClassLabel segment : segments.foreground()) {
            Optional<ClassLabel> same = labels.foreground().stream()
                    .filter(c -> SegmentCode.label(c.name()).equals(segment.name())).findFirst();
            if (same.isEmpty())
                return scan;
            values[segment.value()] = same.get().value();
        }
        return new Scan(scan.name(),
                Converters.convert(scan.pixels(), (in, out) -> out.set(values[(int) in.get()]), new FloatType()),
                scan.geometry(), scan.modality(), scan.notes(), scan.dicom());
    }

    private static void requireGrey(Path path, Scan scan, long z, float[] first) {
        for (int channel = 1; channel < scan.channels(); channel++) {
            if (!Arrays.equals(first, Planes.of(scan, z, channel)))
                throw SeptumException.input(path + " is a picture in colours; a label mask has one value a pixel:"
                        + " save it as grey values or with a palette");
        }
    }

    private static SeptumException unknown(Path path, float value, long[] at, ClassLabels labels) {
        String number = value == (long) value ? Long.toString((long) value) : Float.toString(value);
        String allowed = labels.classes().stream().map(MaskValues::describe).collect(Collectors.joining(", "));
        return SeptumException.input(path + " holds the value " + number + " at voxel " + Arrays.toString(at)
                + "; allowed are " + allowed + "; correct the mask or the list of labels");
    }

    private static String describe(ClassLabel label) {
        return label.value() + " (" + label.name() + ")";
    }
}
