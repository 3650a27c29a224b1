package org.septum;

import java.nio.file.Path;
import java.util.List;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.io.OmeTiffScanWriter;
import org.septum.io.ScanFiles;

/**
 * Makes the sample scans: a crop around the left hippocampus of the ICBM152 2009a T1 template, in three formats. The
 * template is the file {@code nilearn/datasets/data/mni_icbm152_t1_tal_nlin_sym_09a_converted.nii.gz} in the Python
 * package nilearn 0.14.1.
 * <p>
 * Arguments: the template, and the folder to write to.
 */
public final class SampleData {

    /** First voxel of the crop in the template, x, y, z. */
    private static final long[] FIRST = { 53, 88, 40 };

    /** Voxels of the crop. */
    private static final long[] SIZE = { 40, 52, 36 };

    private SampleData() {
    }

    /** Writes the scans. */
    public static void main(String[] args) {
        Scan template = ScanFiles.read(Path.of(args[0]));
        long[] last = new long[4];
        for (int d = 0; d < 3; d++)
            last[d] = FIRST[d] + SIZE[d] - 1;
        RandomAccessibleInterval<FloatType> crop = Views
                .zeroMin(Views.interval(template.pixels(), new long[] { FIRST[0], FIRST[1], FIRST[2], 0 }, last));
        Scan scan = new Scan("brain", crop, template.geometry().croppedAt(FIRST[0], FIRST[1], FIRST[2]), Modality.MR,
                List.of());
        Path folder = Path.of(args[1]);
        NiftiScanWriter.write(scan, folder.resolve("brain_nifti.nii.gz"), true);
        OmeTiffScanWriter.write(scan, folder.resolve("brain_ometiff.ome.tif"), true);
        DicomSeriesWriter.write(scan, folder.resolve("brain_dicom"), true);
    }
}
