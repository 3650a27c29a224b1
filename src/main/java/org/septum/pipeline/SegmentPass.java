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
 * @param precision
 *            {@code fp32}, or {@code int8} for the network with 8-bit integers, which runs on the CPU
 */
public record SegmentPass(String device, double overlap, long memory, String precision) {

    /** Whatever device there is, half a tile of overlap, no limit of memory. */
    public static final SegmentPass DEFAULT = new SegmentPass("auto", SegmenterOptions.DEFAULT.overlap(), 0,
            OpenModel.FP32);

    public SegmentPass {
        SegmenterOptions.DEFAULT.withOverlap(overlap);
        if (memory < 0)
            throw SeptumException.usage("memory of " + memory + " bytes; allowed: 1 and more, or 0 for no limit");
        if (!OpenModel.PRECISIONS.contains(precision)) {
            throw SeptumException
                    .usage("precision \"" + precision + "\"; allowed: " + String.join(", ", OpenModel.PRECISIONS));
        }
        if (precision.equals(OpenModel.INT8)) {
            if (device.startsWith("gpu")) {
                throw SeptumException.usage("precision int8 on " + device
                        + "; 8-bit integers are for the CPU: use fp32, or the device cpu or auto");
            }
            device = "cpu";
        }
    }

    /** The same on another device. */
    public SegmentPass withDevice(String other) {
        return new SegmentPass(other, overlap, memory, precision);
    }

    /** The same with another overlap of tiles. */
    public SegmentPass withOverlap(double other) {
        return new SegmentPass(device, other, memory, precision);
    }

    /** The same with another limit of memory in bytes, or 0. */
    public SegmentPass withMemory(long limit) {
        return new SegmentPass(device, overlap, limit, precision);
    }

    /** The same at another precision. */
    public SegmentPass withPrecision(String other) {
        return new SegmentPass(device, overlap, memory, other);
    }

    /** How scans are cut into tiles. */
    SegmenterOptions segmenterOptions() {
        return SegmenterOptions.DEFAULT.withOverlap(overlap);
    }
}
