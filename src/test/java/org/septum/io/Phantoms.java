package org.septum.io;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;

import org.junit.jupiter.api.Assumptions;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.DicomOrigin;
import org.septum.core.DicomOrigin.Patient;
import org.septum.core.DicomOrigin.SourceImage;
import org.septum.core.DicomOrigin.Study;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/** Scans and masks whose every voxel has a value that tells where it lies; no two sizes are equal. */
final class Phantoms {

    static final ClassLabels LABELS = new ClassLabels(
            List.of(new ClassLabel(0, "background", 0), new ClassLabel(1, "anterior", 0xff0000),
                    new ClassLabel(7, "posterior", 0x00ff00), new ClassLabel(255, "rest", 0x0000ff)));

    private Phantoms() {
    }

    /** Turned by 20° about z, then by 35° about x; right-handed. */
    static ScanGeometry oblique() {
        double a = Math.toRadians(20);
        double b = Math.toRadians(35);
        Vector3 x = new Vector3(Math.cos(a), Math.sin(a) * Math.cos(b), Math.sin(a) * Math.sin(b));
        Vector3 y = new Vector3(-Math.sin(a), Math.cos(a) * Math.cos(b), Math.cos(a) * Math.sin(b));
        Vector3 z = new Vector3(0, -Math.sin(b), Math.cos(b));
        return new ScanGeometry(new Vector3(0.7, 0.9, 2.5), new Vector3(-81.25, 33.5, -612.75), new Direction(x, y, z));
    }

    /** Value of voxel (x, y, z) of {@link #scan}. */
    static float value(long x, long y, long z) {
        return -1000 + x + 37 * y + 13 * z;
    }

    static Scan scan(String name, ScanGeometry geometry, Modality modality, long... size) {
        Img<FloatType> pixels = ArrayImgs.floats(size[0], size[1], size[2], 1);
        Cursor<FloatType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            at.get().set(value(at.getLongPosition(0), at.getLongPosition(1), at.getLongPosition(2)));
        }
        return new Scan(name, pixels, geometry, modality, List.of());
    }

    static LabelMask mask(ScanGeometry geometry, long... size) {
        int[] values = { 0, 1, 7, 255 };
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(size);
        Cursor<UnsignedByteType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            long i = at.getLongPosition(0) / 5 + 2 * (at.getLongPosition(1) / 9) + 3 * at.getLongPosition(2);
            at.get().set(values[(int) (i % 4)]);
        }
        return new LabelMask(pixels, geometry, LABELS);
    }

    /** Made-up images, one a slice, of a patient whose name is not ASCII. */
    static DicomOrigin origin(int depth) {
        List<SourceImage> images = IntStream.range(0, depth)
                .mapToObj(z -> new SourceImage("1.2.840.10008.5.1.4.1.1.6.1", "1.2.3.4." + (z + 1), 0)).toList();
        return new DicomOrigin(new Patient("Müller^Ève", "P-17", "19700203", "F"),
                new Study("1.2.3.1", "20250317", "081500.25", "S1", "A-4711"), "1.2.3.2", "1.2.3.3", images);
    }

    /** A folder of data that lies beside the project and not in it; the test is skipped where it is absent. */
    static Path shared(String name) {
        String property = System.getProperty("septum.data");
        Path found = property == null ? null : Path.of(property).resolve(name);
        for (Path p = Path.of("").toAbsolutePath(); found == null && p != null; p = p.getParent()) {
            Path candidate = p.resolve("shared/data").resolve(name);
            if (Files.exists(candidate))
                found = candidate;
        }
        Assumptions.assumeTrue(found != null && Files.exists(found), "no shared/data/" + name + " here");
        return found;
    }
}
