package org.septum.pipeline;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.ScanFiles;

/**
 * Finds out where an open scan lies in the patient.
 * <p>
 * <b>Why?</b> Programs that show images keep pixels and voxel sizes and drop the rest. A 3D network must know which way
 * is up. The file that the image was opened from still tells; it is believed if its pixels are those of the image.
 */
public final class PlaceScan {

    /** Voxels that are compared, spread over the scan. */
    private static final int SAMPLES = 5000;

    private static final double TOLERANCE = 1e-3;

    private PlaceScan() {
    }

    /**
     * The same scan with the geometry and modality of its file, and a note about it; unchanged if the file says nothing
     * or its pixels differ.
     */
    public static Scan run(Scan open, Optional<Path> file) {
        if (file.isEmpty())
            return open;
        try {
            Scan stored = ScanFiles.read(file.get());
            if (!stored.geometry().isCalibrated() || !samePixels(open, stored))
                return open;
            List<String> notes = new ArrayList<>(stored.notes());
            notes.add("position and direction of " + open.name() + " are those of " + file.get());
            return new Scan(open.name(), open.pixels(), stored.geometry(), stored.modality(), notes, stored.dicom());
        } catch (SeptumException e) {
            return open;
        }
    }

    private static boolean samePixels(Scan a, Scan b) {
        if (!a.shape().equals(b.shape()) || a.channels() != b.channels())
            return false;
        long n = a.pixels().size();
        long step = Math.max(1, n / SAMPLES);
        RandomAccess<FloatType> at = a.pixels().randomAccess();
        RandomAccess<FloatType> bt = b.pixels().randomAccess();
        long[] position = new long[4];
        for (long i = 0; i < n; i += step) {
            long rest = i;
            for (int d = 0; d < 4; d++) {
                position[d] = rest % a.pixels().dimension(d);
                rest /= a.pixels().dimension(d);
            }
            float x = at.setPositionAndGet(position).get();
            float y = bt.setPositionAndGet(position).get();
            if (Math.abs(x - y) > TOLERANCE * Math.max(1, Math.abs(y)))
                return false;
        }
        return true;
    }
}
