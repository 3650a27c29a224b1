package org.septum.pipeline;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

import org.septum.core.SeptumException;
import org.septum.model.ClassificationNetwork;
import org.septum.model.NetworkSpec;
import org.septum.model.block.ActivationMemory;
import org.septum.model.block.AttentionSpec;
import org.septum.model.block.CaNetAttention;
import org.septum.model.block.NetworkGraph;
import org.septum.model.block.ReceptiveField;
import org.septum.model.encoder.Backbone;
import org.septum.model.encoder.EncoderSpec;
import org.septum.model.encoder.StageSpec;

/** Says of networks, without building them, what they cost and how far they see. */
public final class ListNetworks {

    /**
     * Which networks.
     *
     * @param dims
     *            2 or 3; absent for both
     * @param networks
     *            words of {@link NetworkWords#networks}; none for all
     * @param attentions
     *            words of {@link NetworkWords#attentions}; none for all
     * @param normalization
     *            a word of {@link NetworkWords#normalizations}; absent for batch
     * @param activation
     *            a word of {@link NetworkWords#activations}; absent for that of each network's paper
     */
    public record Choice(OptionalInt dims, List<String> networks, List<String> attentions,
            Optional<String> normalization, Optional<String> activation) {

        /** All of them. */
        public static final Choice ALL = new Choice(OptionalInt.empty(), List.of(), List.of(), Optional.empty(),
                Optional.empty());

        public Choice {
            networks = networks.isEmpty() ? NetworkWords.networks() : networks.stream().distinct().toList();
            attentions = attentions.isEmpty() ? NetworkWords.attentions() : attentions.stream().distinct().toList();
            if (dims.isPresent() && dims.getAsInt() != 2 && dims.getAsInt() != 3)
                throw SeptumException.usage("dims " + dims.getAsInt() + "; allowed: 2, 3");
            networks.forEach(NetworkWords::encoder);
            attentions.forEach(AttentionSpec::of);
            normalization.ifPresent(NetworkWords::normalization);
            activation.ifPresent(NetworkWords::activation);
        }

        private NetworkSpec apply(NetworkSpec spec) {
            return spec.with(normalization.map(NetworkWords::normalization).orElse(spec.normalization()),
                    activation.map(NetworkWords::activation).orElse(spec.activation()));
        }
    }

    /**
     * What to say it of.
     *
     * @param choice
     *            which networks
     * @param widths
     *            channels of every level, finest first, of the networks that have none of their own; empty for the
     *            usual ones
     * @param inputs
     *            channels of the scan
     * @param classes
     *            background included
     * @param patch
     *            along x and y for 2D networks, x, y and z for 3D ones, in voxels; one number for a square and a cube;
     *            three of which the last is 1 for 2D networks; empty for 256 in 2D and 64 in 3D. Enlarged along the
     *            axes where a network needs a multiple of a larger number
     */
    public record Request(Choice choice, List<Integer> widths, int inputs, int classes, List<Integer> patch) {

        /** Widths of U-Nets where none are asked for. */
        private static final List<Integer> WIDTHS = List.of(16, 32, 64, 128);

        /** Those of CA-Net, as published. */
        private static final List<Integer> CANET_WIDTHS = List.of(16, 32, 64, 128, 256);

        /** Voxels of a patch that no machine can hold the features of. */
        private static final long LARGEST_PATCH = 1L << 27;

        public Request {
            widths = List.copyOf(widths);
            patch = List.copyOf(patch);
            if (widths.stream().anyMatch(w -> w < 1 || w > 4096) || widths.size() > 8)
                throw SeptumException
                        .usage("widths " + widths + "; give 1 to 8 numbers from 1 to 4096, such as 16,32,64");
            if (inputs < 1 || inputs > 64 || classes < 2 || classes > 256)
                throw SeptumException.usage(inputs + " inputs and " + classes
                        + " classes; allowed: 1 to 64 inputs, 2 to 256 classes with the background");
            requirePatch(patch, choice.dims());
        }

        private static void requirePatch(List<Integer> patch, OptionalInt dims) {
            if (patch.size() > 3 || patch.stream().anyMatch(p -> p < 1)) {
                throw SeptumException.usage("patch " + text(patch)
                        + "; give one number for a square or cube, X,Y or X,Y,Z, each at least 1");
            }
            int times = patch.size() == 1 ? dims.orElse(3) : 1;
            double voxels = patch.stream().mapToDouble(p -> Math.pow(p, times)).reduce(1, (a, b) -> a * b);
            if (voxels > LARGEST_PATCH) {
                throw SeptumException
                        .usage("patch " + text(patch) + (times == 3 ? " as a cube" : "") + " has more than "
                                + LARGEST_PATCH + " voxels; give a smaller one" + (times == 3 ? ", or --dims 2" : ""));
            }
            if (patch.size() > 1 && dims.isPresent() && dims.getAsInt() != dims(patch)) {
                throw SeptumException.usage("patch " + text(patch) + " for " + dims.getAsInt() + "D networks; give "
                        + (dims.getAsInt() == 2 ? "X,Y" : "X,Y,Z") + ", or leave --dims out");
            }
        }

        private static int dims(List<Integer> patch) {
            return patch.size() == 2 || patch.get(2) == 1 ? 2 : 3;
        }

        private static String text(List<Integer> patch) {
            return String.join(",", patch.stream().map(String::valueOf).toList());
        }

        private List<Integer> widths(List<Integer> usual) {
            return widths.isEmpty() ? usual : widths;
        }

        /** Whether networks of so many dims are asked for. */
        boolean wants(int dims) {
            return choice.dims().orElse(dims) == dims && (patch.size() < 2 || dims(patch) == dims);
        }

        /** The patch that is asked for, along x, y and z if there is one. */
        private List<Integer> patch(int dims) {
            if (patch.size() > 1)
                return patch.subList(0, dims);
            return Collections.nCopies(dims, patch.isEmpty() ? dims == 2 ? EDGE_2D : EDGE_3D : patch.get(0));
        }
    }

    /**
     * One network. Lists are along x, y and, in 3D, z.
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
     * @param receptiveField
     *            voxels that one voxel of the output depends on through convolutions, pooling and up-convolutions; the
     *            largest where they differ; empty for a classifier, which has one output for all
     * @param wholeTile
     *            whether it depends, through attention or normalisation, on all other voxels of the tile as well
     * @param sizeDivisor
     *            sizes of the input must be multiples of it
     * @param memoryInUse
     *            bytes of activations that segmenting a patch holds at most; see {@link ActivationMemory}
     * @param memoryTraining
     *            bytes of activations that training holds for each patch of a batch
     * @param patch
     *            that all this is for, in voxels
     * @param patchEnlarged
     *            whether it is larger than what was asked for
     */
    public record Row(int dims, String network, String attention, long parameters, long macs,
            List<Integer> receptiveField, boolean wholeTile, List<Integer> sizeDivisor, long memoryInUse,
            long memoryTraining, List<Integer> patch, boolean patchEnlarged) {
    }

    private static final int EDGE_2D = 256;

    private static final int EDGE_3D = 64;

    private ListNetworks() {
    }

    /** Says it of every network, with every attention, that is asked for. */
    public static List<Row> run(Request request) {
        List<Row> rows = new ArrayList<>();
        for (int dims : new int[] { 2, 3 }) {
            if (!request.wants(dims))
                continue;
            for (String network : request.choice().networks()) {
                if (network.equals(NetworkWords.CANET)) {
                    if (request.choice().attentions().contains(NetworkWords.CANET))
                        rows.add(canet(request, dims));
                    continue;
                }
                for (String attention : request.choice().attentions())
                    rows.add(row(request, dims, EncoderSpec.of(network), AttentionSpec.of(attention)));
            }
        }
        return rows;
    }

    /** It has its own attention and, where the user has no other wish, its own widths. */
    private static Row canet(Request request, int dims) {
        List<Integer> widths = request.widths(Request.CANET_WIDTHS);
        NetworkSpec spec = request.choice()
                .apply(NetworkSpec
                        .unet(dims, request.inputs(), request.classes(), widths, AttentionSpec.of(NetworkWords.CANET))
                        .asCaNet());
        return row(spec.graph(), NetworkWords.CANET, spec.attention().word(), reversed(spec.sizeDivisor()),
                request.patch(dims));
    }

    private static Row row(Request request, int dims, EncoderSpec encoder, AttentionSpec attention) {
        int levels = encoder instanceof Backbone ? encoder.mostLevels() : request.widths(Request.WIDTHS).size();
        NetworkSpec spec = request.choice().apply(new NetworkSpec(dims, request.inputs(), request.classes(), encoder,
                attention,
                encoder.stages(request.inputs(), StageSpec.halving(dims, levels), request.widths(Request.WIDTHS))));
        return row(spec.graph(), encoder.word(), attention.word(), reversed(spec.sizeDivisor()), request.patch(dims));
    }

    /** Lists are along x, y and z. */
    private static Row row(NetworkGraph graph, String network, String attention, List<Integer> divisor,
            List<Integer> wanted) {
        int dims = wanted.size();
        List<Integer> patch = new ArrayList<>();
        for (int d = 0; d < dims; d++)
            patch.add((wanted.get(d) + divisor.get(d) - 1) / divisor.get(d) * divisor.get(d));
        List<Integer> spatial = reversed(patch);
        ReceptiveField field = graph.receptiveField(spatial);
        ActivationMemory memory = graph.memory(spatial);
        return new Row(dims, network, attention, graph.parameters(), graph.macs(spatial), reversed(field.size()),
                field.wholeTile(), divisor, memory.inUse(), memory.training(), List.copyOf(patch),
                !patch.equals(wanted));
    }

    /** From x, y, z to tensor order or back. */
    private static List<Integer> reversed(List<Integer> sizes) {
        List<Integer> other = new ArrayList<>(sizes);
        Collections.reverse(other);
        return List.copyOf(other);
    }

    /**
     * Says it of encoders with the classifier of ImageNet (3 channels, 224 × 224, 1000 classes) and the attention's
     * published settings, so that they can be held against their papers. Networks that were not published as
     * classifiers are left out, and attentions of decoders.
     *
     * @param choice
     *            which; 2D, as published, where it has no dims
     *
     * @throws SeptumException
     *             if it has a normalisation or an activation, or only what is left out
     */
    public static List<Row> classification(Choice choice) {
        if (choice.normalization().isPresent() || choice.activation().isPresent()) {
            throw SeptumException.usage("published networks with another normalisation or activation; leave out --norm "
                    + "and --activation, or --classification");
        }
        List<String> attentions = choice.attentions().stream()
                .filter(w -> !(AttentionSpec.of(w) instanceof CaNetAttention)).toList();
        List<Row> rows = new ArrayList<>();
        for (String word : choice.networks()) {
            if (NetworkWords.encoder(word) instanceof Backbone encoder) {
                for (String attention : attentions)
                    rows.add(classifier(choice.dims().orElse(2), encoder, attention));
            }
        }
        if (rows.isEmpty()) {
            throw SeptumException.usage("networks " + String.join(", ", choice.networks()) + " with "
                    + String.join(", ", choice.attentions())
                    + " were not published as classifiers; leave out --network and --attention to see which were");
        }
        return rows;
    }

    private static Row classifier(int dims, Backbone encoder, String attention) {
        return row(ClassificationNetwork.graph(dims, encoder, encoder.published(attention)), encoder.word(), attention,
                Collections.nCopies(dims, 1 << (encoder.mostLevels() - 1)),
                Collections.nCopies(dims, ClassificationNetwork.EDGE));
    }
}
