package org.septum.io;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.TreeSet;

import org.septum.core.LabelMask;
import org.septum.core.SeptumException;

/**
 * Which frames a DICOM SEG of a mask has: one for each class and slice that holds it, class by class. The first and the
 * last slice always have a frame of the first class, though it be empty, so that a reader finds the whole grid again.
 *
 * @param frames
 *            in their order in the file
 * @param slices
 *            numbers of the slices with a frame, ascending
 * @param digest
 *            hash of the mask's shape, geometry, classes, voxels and source
 */
record SegFrames(List<Frame> frames, List<Integer> slices, String digest) {

    /**
     * One frame.
     *
     * @param segment
     *            number of the segment, from 1
     * @param slice
     *            number of the slice, from 0
     */
    record Frame(int segment, int slice) {
    }

    /**
     * Looks at every voxel.
     *
     * @throws SeptumException
     *             of kind OUTPUT if one has a value that no class has
     */
    static SegFrames of(LabelMask mask) {
        MessageDigest hash = DicomUids.sha256();
        hash.update((mask.shape() + mask.geometry() + mask.labels() + mask.dicom()).getBytes(StandardCharsets.UTF_8));
        int depth = (int) mask.size(2);
        boolean[][] holds = new boolean[depth][];
        for (int z = 0; z < depth; z++) {
            byte[] plane = Planes.of(mask, z);
            hash.update(plane);
            holds[z] = classesIn(plane, mask, z);
        }
        List<Frame> frames = new ArrayList<>();
        TreeSet<Integer> slices = new TreeSet<>();
        for (int segment = 1; segment < mask.labels().count(); segment++) {
            for (int z = 0; z < depth; z++) {
                if (holds[z][segment] || segment == 1 && (z == 0 || z == depth - 1)) {
                    frames.add(new Frame(segment, z));
                    slices.add(z);
                }
            }
        }
        return new SegFrames(List.copyOf(frames), List.copyOf(slices), HexFormat.of().formatHex(hash.digest()));
    }

    private static boolean[] classesIn(byte[] plane, LabelMask mask, int z) {
        boolean[] values = new boolean[256];
        for (byte value : plane)
            values[value & 0xff] = true;
        boolean[] classes = new boolean[mask.labels().count()];
        for (int value = 0; value < 256; value++) {
            int index = values[value] ? mask.labels().indexOf(value) : 0;
            if (index < 0)
                throw new SeptumException(SeptumException.Kind.OUTPUT, "slice " + z + " of the mask holds the value "
                        + value + ", which none of its classes has; give the mask a class of that value");
            classes[index] = true;
        }
        return classes;
    }
}
