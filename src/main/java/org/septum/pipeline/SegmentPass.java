package org.septum.pipeline;

import org.septum.bundle.OpenModel;
import org.septum.core.SeptumException;
import org.septum.infer.SegmenterOptions;

/**
 * How a network goes over scans.
 *
 * @param device
 *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
 * @param overlap
 *            share of a tile that the next one covers again, 0 to below 1
 * @param memory
 *            bytes that the whole process is to keep to, on the CPU; 0 for no limit but that of Java
 */
public record SegmentPass(String device, double overlap, long memory) {

    /** Whatever device there is, half a tile of overlap, no limit of memory. */
    public static final SegmentPass DEFAULT = new SegmentPass("auto", SegmenterOptions.DEFAULT.overlap(), 0);

    public SegmentPass {
        SegmenterOptions.DEFAULT.withOverlap(overlap);
        if (memory < 0)
            throw SeptumException.usage("memory of " + memory + " bytes; allowed: 1 and more, or 0 for no limit");
    }

    /** The same on another device. */
    public SegmentPass withDevice(String other) {
        return new SegmentPass(other, overlap, memory);
    }

    /** The same with another overlap of tiles. */
    public SegmentPass withOverlap(double other) {
        return new SegmentPass(device, other, memory);
    }

    /** The same with another limit of memory in bytes, or 0. */
    public SegmentPass withMemory(long limit) {
        return new SegmentPass(device, overlap, limit);
    }

    /** How scans are cut into tiles of a model. */
    SegmenterOptions segmenterOptions(OpenModel model) {
        return SegmenterOptions.DEFAULT.withOverlap(model.overlap(overlap)).withBatch(model.mostTiles());
    }
}
