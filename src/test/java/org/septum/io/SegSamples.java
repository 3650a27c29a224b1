package org.septum.io;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/**
 * Writes DICOM SEG files, and the same masks as NIfTI, for check_seg.py to hold them to other programs: each NAME.dcm
 * with NAME.nii, and the series in the folder NAME if the scan came from one.
 */
final class SegSamples {

    private final Path folder;

    private SegSamples(Path folder) {
        this.folder = folder;
    }

    /** Takes the folder to write to. */
    public static void main(String[] args) {
        SegSamples samples = new SegSamples(Path.of(args[0]));
        ScanGeometry oblique = Phantoms.oblique();
        Vector3 spacing = oblique.spacing();
        Direction d = oblique.direction();
        samples.fromSeries("oblique", Phantoms.mask(oblique, 37, 52, 30));
        samples.fromSeries("slice", Phantoms.mask(oblique, 11, 9, 1));
        samples.fromSeries("sparse", sparse(oblique));
        samples.write("odd", Phantoms.mask(oblique, 13, 7, 5));
        samples.write("axial", Phantoms.mask(ScanGeometry.ofSpacing(0.7, 0.9, 2.5), 8, 5, 3));
        samples.write("lefthanded", Phantoms.mask(
                new ScanGeometry(spacing, oblique.origin(), new Direction(d.x(), d.y(), d.z().times(-1))), 13, 7, 5));
        double tilt = Math.toRadians(18.5);
        samples.write("tilted",
                Phantoms.mask(new ScanGeometry(spacing, oblique.origin(), new Direction(new Vector3(1, 0, 0),
                        new Vector3(0, 1, 0), new Vector3(0, Math.sin(tilt), Math.cos(tilt)))), 13, 7, 5));
        samples.write("flat", Phantoms.mask(
                new ScanGeometry(new Vector3(0.07, 0.09, Double.NaN), Vector3.ZERO, Direction.IDENTITY), 13, 7, 1));
        samples.write("empty", new LabelMask(ArrayImgs.unsignedBytes(13, 7, 5), oblique, Phantoms.LABELS));
        samples.write("unplaced", Phantoms.mask(ScanGeometry.UNKNOWN, 13, 7, 1).withDicom(Phantoms.origin(1)));
        samples.write("names", named(oblique));
    }

    private static LabelMask sparse(ScanGeometry geometry) {
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(37, 52, 30), geometry, Phantoms.LABELS);
        mask.pixels().getAt(3, 4, 9).set(7);
        mask.pixels().getAt(36, 51, 13).set(255);
        return mask;
    }

    private static LabelMask named(ScanGeometry geometry) {
        List<String> names = List.of("Leber", "right kidney", "Tumor", "Läsion \\ Rand".repeat(9), "脳");
        ClassLabels numbered = ClassLabels.of("background", "a", "b", "c", "d", "e");
        List<ClassLabel> classes = new ArrayList<>(numbered.classes().subList(0, 1));
        for (int i = 0; i < names.size(); i++)
            classes.add(new ClassLabel(i + 1, names.get(i), ClassLabels.colour(i + 1)));
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(13, 7, 5), geometry, new ClassLabels(classes));
        for (int i = 1; i <= names.size(); i++)
            mask.pixels().getAt(i, i, i - 1).set(i);
        return mask.withDicom(Phantoms.origin(5));
    }

    private void fromSeries(String name, LabelMask mask) {
        Scan scan = Phantoms.scan(name, mask.geometry(), Modality.CT, mask.size(0), mask.size(1), mask.size(2));
        DicomSeriesWriter.write(scan, folder.resolve(name), true);
        Scan read = ScanFiles.read(folder.resolve(name));
        write(name, new LabelMask(mask.pixels(), read.geometry(), mask.labels(), read.dicom()));
    }

    private void write(String name, LabelMask mask) {
        new DicomSegMaskWriter().write(mask, folder.resolve(name + ".dcm"), true);
        new NiftiMaskWriter().write(mask, folder.resolve(name + ".nii"), true);
    }
}
