package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import net.imglib2.Cursor;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/**
 * A lesion stays where it is in the patient while its scan, or its mask, goes from format to format, whichever way the
 * scan was stored.
 */
class RoundTripTest {

    private static final double TOLERANCE = 1e-3;
    /** Voxels of the lesion: no two of its arms have one length, and each has a value of its own. */
    private static final int[][] LESION = { { 2, 1, 1, 7 }, { 3, 1, 1, 1 }, { 4, 1, 1, 1 }, { 5, 1, 1, 1 },
            { 2, 2, 1, 255 }, { 2, 3, 1, 255 }, { 2, 1, 2, 7 } };

    @TempDir
    Path folder;

    /** The six orders of the axes, each axis in both directions, by three grids. */
    static Stream<Arguments> geometries() {
        List<Arguments> all = new ArrayList<>();
        Vector3[] axes = { new Vector3(1, 0, 0), new Vector3(0, 1, 0), new Vector3(0, 0, 1) };
        int[][] orders = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 }, { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };
        for (int[] order : orders) {
            for (int signs = 0; signs < 8; signs++) {
                Vector3[] v = new Vector3[3];
                for (int d = 0; d < 3; d++)
                    v[d] = axes[order[d]].times((signs >> d & 1) == 0 ? 1 : -1);
                String name = "axes " + order[0] + order[1] + order[2] + ", signs " + signs;
                Direction straight = new Direction(v[0], v[1], v[2]);
                Vector3 origin = new Vector3(-123.4567, 87.0625, -1023.9876);
                Vector3 uneven = new Vector3(0.7, 0.9, 2.5);
                all.add(Arguments.of(name + ", isotropic", new ScanGeometry(new Vector3(1, 1, 1), origin, straight)));
                all.add(Arguments.of(name + ", 0.7×0.9×2.5", new ScanGeometry(uneven, origin, straight)));
                all.add(Arguments.of(name + ", oblique",
                        new ScanGeometry(uneven, origin, new Direction(turned(v[0]), turned(v[1]), turned(v[2])))));
            }
        }
        assertThat(all).hasSize(144);
        return all.stream();
    }

    /** Turned by 23° about the axis (1, 2, 3), by the formula of Rodrigues. */
    private static Vector3 turned(Vector3 v) {
        Vector3 axis = new Vector3(1, 2, 3).times(1 / Math.sqrt(14));
        double angle = Math.toRadians(23);
        return v.times(Math.cos(angle)).plus(axis.cross(v).times(Math.sin(angle)))
                .plus(axis.times(axis.dot(v) * (1 - Math.cos(angle))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("geometries")
    void lesionStaysInPlaceFromDicomToNiftiToOmeTiffToSeg(String name, ScanGeometry geometry) {
        Scan scan = new Scan("phantom", ArrayImgs.floats(9, 7, 3, 1), geometry, Modality.CT, List.of());
        for (int[] v : LESION)
            scan.pixels().getAt(v[0], v[1], v[2], 0).set(v[3]);
        Map<Integer, List<Vector3>> expected = new TreeMap<>();
        for (int[] v : LESION)
            expected.computeIfAbsent(v[3], value -> new ArrayList<>()).add(geometry.position(v[0], v[1], v[2]));

        DicomSeriesWriter.write(scan, folder.resolve("series"), false);
        Scan dicom = ScanFiles.read(folder.resolve("series"));
        assertInPlace("DICOM", segmented(dicom), expected);
        // Bio-Formats takes its time for each plane; the grid that is hardest on a scan is enough.
        if (name.endsWith("oblique"))
            assertInPlace("scan to NIfTI to OME-TIFF to SEG", seg(segmented(throughScanFiles(dicom))), expected);
        assertInPlace("mask to NIfTI to OME-TIFF to SEG", seg(throughMaskFiles(segmented(dicom))), expected);
    }

    private Scan throughScanFiles(Scan scan) {
        NiftiScanWriter.write(scan, folder.resolve("scan.nii"), false);
        Scan nifti = ScanFiles.read(folder.resolve("scan.nii"));
        OmeTiffScanWriter.write(nifti, folder.resolve("scan.ome.tif"), false);
        return ScanFiles.read(folder.resolve("scan.ome.tif"));
    }

    private LabelMask throughMaskFiles(LabelMask mask) {
        new NiftiMaskWriter().write(mask, folder.resolve("mask.nii.gz"), false);
        LabelMask nifti = ScanFiles.readMask(folder.resolve("mask.nii.gz"), Phantoms.LABELS);
        new OmeTiffMaskWriter().write(nifti, folder.resolve("mask.ome.tif"), false);
        return ScanFiles.readMask(folder.resolve("mask.ome.tif"), Phantoms.LABELS).withDicom(mask.dicom());
    }

    private LabelMask seg(LabelMask mask) {
        Path file = folder.resolve("seg.dcm");
        new DicomSegMaskWriter().write(mask, file, true);
        return ScanFiles.readMask(file, Phantoms.LABELS);
    }

    /** The lesion has its label values as grey values. */
    private static LabelMask segmented(Scan scan) {
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(scan.size(0), scan.size(1), scan.size(2));
        Cursor<UnsignedByteType> at = pixels.localizingCursor();
        while (at.hasNext()) {
            at.fwd();
            at.get().set((int) scan.pixels()
                    .getAt(at.getLongPosition(0), at.getLongPosition(1), at.getLongPosition(2), 0).get());
        }
        return new LabelMask(pixels, scan.geometry(), Phantoms.LABELS, scan.dicom());
    }

    private static void assertInPlace(String where, LabelMask mask, Map<Integer, List<Vector3>> expected) {
        Map<Integer, List<Vector3>> actual = new TreeMap<>();
        Cursor<UnsignedByteType> at = mask.pixels().localizingCursor();
        while (at.hasNext()) {
            if (at.next().get() != 0)
                actual.computeIfAbsent(at.get().get(), value -> new ArrayList<>()).add(
                        mask.geometry().position(at.getLongPosition(0), at.getLongPosition(1), at.getLongPosition(2)));
        }
        assertThat(actual.keySet()).as("values in " + where).isEqualTo(expected.keySet());
        expected.forEach((value, positions) -> {
            assertThat(actual.get(value)).as("voxels of value %d in %s", value, where).hasSameSizeAs(positions);
            for (Vector3 p : positions)
                assertThat(actual.get(value)).as("value %d in %s", value, where)
                        .anyMatch(q -> q.minus(p).length() < TOLERANCE);
        });
    }
}
