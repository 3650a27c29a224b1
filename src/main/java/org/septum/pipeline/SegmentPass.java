package org.septum.pipeline;

import java.io.Serializable;
import java.util.Locale;

import org.septum.bundle.OpenBundle;
import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.infer.DjlEngine;
import org.septum.infer.Engine;
import org.septum.infer.MirroredEngine;
import org.septum.infer.NarrowEngine;
import org.septum.infer.SegmenterOptions;
import org.septum.infer.TorchEngine;

/**
 * How a network goes over scans.
 *
 * @param device
 *            {@code auto}, {@code cpu}, {@code gpu}, {@code gpu:N}
 * @param overlap
 *            share of a tile that the next one covers again, 0 to below 1
 * @param memory
 *            bytes that the whole process is to keep to, on the CPU; 0 for no limit but that of Java
 * @param runner
 *            what runs the network
 * @param precision
 *            {@code fp32}, or {@code int8} for the network with 8-bit integers, which ONNX Runtime runs on the CPU
 * @param tta
 *            whether the mean over mirror images of each tile is taken ({@link MirroredEngine})
 * @param postProcessing
 *            whether masks are freed of islands where the model's plan says so
 * @param crop
 *            whether tiles that show air only, by the rule of the model's plan, are left out
 */
public record SegmentPass(String device, double overlap, long memory, Runner runner, String precision, boolean tta,
        boolean postProcessing, boolean crop) implements Serializable {

    /** What runs a network. */
    public enum Runner {
        /** ONNX Runtime: the fastest on a CPU. */
        ONNX {
            @Override
            Engine open(OpenModel open, SegmentPass pass, Progress progress) {
                return DjlEngine.open(open.network(pass.precision), open.plan(), pass.device, progress);
            }
        },
        /** PyTorch: the network as it was trained. */
        PYTORCH {
            @Override
            Engine open(OpenModel open, SegmentPass pass, Progress progress) {
                if (!pass.precision.equals(OpenModel.FP32)) {
                    throw SeptumException.usage("--precision " + pass.precision
                            + " with --engine pytorch; PyTorch runs fp32 only: leave one of the two out");
                }
                if (!(open instanceof OpenBundle own)) {
                    throw SeptumException.usage("--engine pytorch with a model of others, which comes as an ONNX file:"
                            + " leave --engine out");
                }
                return TorchEngine.open(own.plan(), own.bundle().members(), pass.device, progress);
            }
        };

        /** The network of a model on a device. */
        abstract Engine open(OpenModel open, SegmentPass pass, Progress progress);

        /**
         * The one of a name: {@code onnx} or {@code pytorch}.
         *
         * @throws SeptumException
         *             of kind USAGE for any other
         */
        public static Runner named(String name) {
            for (Runner runner : values())
                if (runner.name().equals(name.strip().toUpperCase(Locale.ROOT)))
                    return runner;
            throw SeptumException.usage("engine \"" + name + "\" is not known; allowed: onnx, pytorch");
        }
    }

    /** ONNX Runtime on whatever device there is, half a tile of overlap, no limit of memory. */
    public static final SegmentPass DEFAULT = new SegmentPass("auto", SegmenterOptions.DEFAULT.overlap(), 0,
            Runner.ONNX, OpenModel.FP32, false, true, true);

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
        return new SegmentPass(other, overlap, memory, runner, precision, tta, postProcessing, crop);
    }

    /** The same with another overlap of tiles. */
    public SegmentPass withOverlap(double other) {
        return new SegmentPass(device, other, memory, runner, precision, tta, postProcessing, crop);
    }

    /** The same with another limit of memory in bytes, or 0. */
    public SegmentPass withMemory(long limit) {
        return new SegmentPass(device, overlap, limit, runner, precision, tta, postProcessing, crop);
    }

    /** The same with the network run by something else. */
    public SegmentPass withRunner(Runner other) {
        return new SegmentPass(device, overlap, memory, other, precision, tta, postProcessing, crop);
    }

    /** The same at another precision. */
    public SegmentPass withPrecision(String other) {
        return new SegmentPass(device, overlap, memory, runner, other, tta, postProcessing, crop);
    }

    /** The same with the mean over mirror images, or without. */
    public SegmentPass withTta(boolean wanted) {
        return new SegmentPass(device, overlap, memory, runner, precision, wanted, postProcessing, crop);
    }

    /** The same with masks freed of islands, or left as the network gives them. */
    public SegmentPass withPostProcessing(boolean wanted) {
        return new SegmentPass(device, overlap, memory, runner, precision, tta, wanted, crop);
    }

    /** The same with tiles of air left out, or run. */
    public SegmentPass withCrop(boolean wanted) {
        return new SegmentPass(device, overlap, memory, runner, precision, tta, postProcessing, wanted);
    }

    /**
     * The network of a model, to be closed before the model: the one way to it for all that segments.
     *
     * @throws SeptumException
     *             of kind DEVICE if the device is not there, USAGE if the memory is not enough for one tile, or if
     *             mirror images are asked of a model that never saw any
     */
    Engine open(OpenModel model, Progress progress) {
        int mostLanes = new MemoryBudget(memory).lanes(model.plan());
        Engine engine = new NarrowEngine(runner.open(model, this, progress), mostLanes);
        if (!tta)
            return engine;
        try {
            return MirroredEngine.of(engine, model.plan());
        } catch (SeptumException e) {
            engine.close();
            throw e;
        }
    }

    /** How scans are cut into tiles of a model. */
    SegmenterOptions segmenterOptions(OpenModel model) {
        return SegmenterOptions.DEFAULT.withOverlap(model.overlap(overlap)).withBatch(model.mostTiles())
                .withPostProcessing(postProcessing).withCrop(crop);
    }
}
