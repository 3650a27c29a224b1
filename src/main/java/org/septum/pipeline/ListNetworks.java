package org.septum.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;

import org.septum.core.SeptumException;
import org.septum.model.ClassificationNetwork;
import org.septum.model.NetworkSpec;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.NetworkGraph;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** Counts the parameters and multiply-adds of every network and attention. */
public final class ListNetworks {

    /**
     * What to count.
     *
     * @param dims
     *            2 or 3; absent for both
     * @param widths
     *            channels of every level, finest first, of the networks that have none of their own
     * @param inputs
     *            channels of the scan
     * @param classes
     *            background included
     * @param patch
     *            edge of the patch in voxels; absent for 256 in 2D and 64 in 3D; enlarged for networks that need it
     */
    public record Request(OptionalInt dims, List<Integer> widths, int inputs, int classes, OptionalInt patch) {

        public Request {
            widths = List.copyOf(widths);
            requireDims(dims);
            if (widths.isEmpty() || widths.stream().anyMatch(w -> w < 1 || w > 4096) || widths.size() > 8)
                throw SeptumException
                        .usage("widths " + widths + "; give 1 to 8 numbers from 1 to 4096, such as 16,32,64");
            if (inputs < 1 || inputs > 64 || classes < 2 || classes > 256)
                throw SeptumException.usage(inputs + " inputs and " + classes
                        + " classes; allowed: 1 to 64 inputs, 2 to 256 classes with the background");
            int divisor = 1 << (widths.size() - 1);
            if (patch.isPresent() && (patch.getAsInt() < divisor || patch.getAsInt() % divisor != 0))
                throw SeptumException.usage("patch " + patch.getAsInt() + "; with " + widths.size()
                        + " levels it must be a multiple of " + divisor);
        }
    }

    /**
     * One network.
     *
     * @param dims
     *            2 or 3
     * @param network
     *            word for its kind
     * @param attention
     *            word for its attention
     * @param parameters
     *            trained ones
     * @param macs
     *            multiply-adds for one patch
     * @param patch
     *            edge of that patch in voxels
     * @param sizeDivisor
     *            sizes of the input must be multiples of it
     */
    public record Row(int dims, String network, String attention, long parameters, long macs, int patch,
            int sizeDivisor) {
    }

    private static final int EDGE_2D = 256;

    private static final int EDGE_3D = 64;

    private ListNetworks() {
    }

    /** Counts. */
    public static List<Row> run(Request request) {
        List<Row> rows = new ArrayList<>();
        for (int dims : new int[] { 2, 3 }) {
            if (request.dims().orElse(dims) != dims)
                continue;
            for (String encoder : EncoderSpec.words()) {
                for (String attention : AttentionSpec.words())
                    rows.add(row(request, dims, EncoderSpec.of(encoder), attention));
            }
        }
        return rows;
    }

    private static Row row(Request request, int dims, EncoderSpec encoder, String attention) {
        boolean fixed = encoder instanceof Backbone;
        int levels = fixed ? encoder.mostLevels() : request.widths().size();
        NetworkSpec spec = new NetworkSpec(dims, request.inputs(), request.classes(), encoder,
                AttentionSpec.of(attention),
                encoder.stages(request.inputs(), StageSpec.halving(dims, levels), request.widths()));
        NetworkGraph graph = spec.graph();
        int divisor = spec.sizeDivisor().get(0);
        int edge = (request.patch().orElse(dims == 2 ? EDGE_2D : EDGE_3D) + divisor - 1) / divisor * divisor;
        long macs = graph.macs(Collections.nCopies(dims, edge));
        return new Row(dims, encoder.word(), attention, graph.parameters(), macs, edge, divisor);
    }

    /**
     * Counts the encoders with the classifier of ImageNet (3 channels, 224 × 224, 1000 classes) and the attention's
     * published settings, so that they can be held against their papers. Networks that were not published as
     * classifiers are left out.
     *
     * @param dims
     *            2 or 3; absent for 2, as published
     */
    public static List<Row> classification(OptionalInt dims) {
        requireDims(dims);
        List<Row> rows = new ArrayList<>();
        for (String word : EncoderSpec.words()) {
            if (EncoderSpec.of(word) instanceof Backbone encoder) {
                for (String attention : AttentionSpec.words())
                    rows.add(classifier(dims.orElse(2), encoder, attention));
            }
        }
        return rows;
    }

    private static Row classifier(int dims, Backbone encoder, String attention) {
        NetworkGraph graph = ClassificationNetwork.graph(dims, encoder, encoder.published(attention));
        int edge = ClassificationNetwork.EDGE;
        int divisor = 1 << (encoder.mostLevels() - 1);
        return new Row(dims, encoder.word(), attention, graph.parameters(), graph.macs(Collections.nCopies(dims, edge)),
                edge, divisor);
    }

    private static void requireDims(OptionalInt dims) {
        if (dims.isPresent() && dims.getAsInt() != 2 && dims.getAsInt() != 3)
            throw SeptumException.usage("dims " + dims.getAsInt() + "; allowed: 2, 3");
    }
}
