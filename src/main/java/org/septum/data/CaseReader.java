package org.septum.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

/** Reads a case: its channels joined into one scan, and its labels, checked against each other. */
public final class CaseReader {

    private static final double SAME_PLACE = 1e-2;

    private CaseReader() {
    }

    /** The scan of a case, channels in the order of its files. */
    public static Scan scan(DataCase c) {
        return scan(c, PixelSizes.NONE);
    }

    /** The same with the pixel size of pictures that do not state theirs. */
    public static Scan scan(DataCase c, PixelSizes pixelSizes) {
        List<Scan> parts = new ArrayList<>();
        for (Path file : c.channels())
            parts.add(ScanFiles.read(file, ReadOptions.DEFAULT.onlyThisFile().withPixelSizes(pixelSizes)));
        Scan first = parts.get(0);
        if (parts.size() == 1)
            return first;
        List<RandomAccessibleInterval<FloatType>> channels = new ArrayList<>();
        for (Scan part : parts) {
            if (!part.shape().equals(first.shape()) || !part.geometry().isCloseTo(first.geometry(), SAME_PLACE)) {
                throw SeptumException.input("case " + c.name() + ": " + part.name() + " (" + part.shape()
                        + ") does not lie on " + first.name() + " (" + first.shape()
                        + "); all channels of a case need one shape and geometry");
            }
            for (int k = 0; k < part.channels(); k++)
                channels.add(Views.hyperSlice(part.pixels(), 3, k));
        }
        return new Scan(c.name(), Views.stack(channels), first.geometry(), first.modality(), first.notes(),
                first.dicom());
    }

    /** The labels of a case. */
    static LabelMask labels(DataCase c, ClassLabels labels) {
        return ScanFiles.readMask(c.labels(), labels, ReadOptions.DEFAULT.onlyThisFile());
    }

    /** The labels of a case; they must have the scan's shape. */
    public static LabelMask labels(DataCase c, ClassLabels labels, Scan scan) {
        LabelMask mask = labels(c, labels);
        if (!mask.shape().equals(scan.shape())) {
            throw SeptumException.input("case " + c.name() + ": labels are " + mask.shape() + " voxels and the scan "
                    + scan.shape() + "; they must be equal");
        }
        return mask;
    }
}
