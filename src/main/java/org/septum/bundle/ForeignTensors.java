package org.septum.bundle;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

import com.fasterxml.jackson.databind.JsonNode;

import org.septum.bundle.ForeignAxis.Kind;
import org.septum.bundle.ForeignAxis.Reference;
import org.septum.core.SeptumException;

/** Reads inputs and outputs as the two formats write them. */
final class ForeignTensors {

    private ForeignTensors() {
    }

    /** Format 0.4: one letter an axis, sizes, halo and tests in lists. */
    static ForeignTensor old(JsonNode tensor, JsonNode tests, String stepsName) {
        String letters = tensor.path("axes").asText();
        JsonNode shape = tensor.path("shape");
        List<ForeignAxis> axes = new ArrayList<>();
        for (int i = 0; i < letters.length(); i++) {
            String id = letters.substring(i, i + 1);
            Kind kind = kind(id, id);
            int halo = tensor.path("halo").path(i).asInt(0);
            if (shape.isObject() && shape.has("reference_tensor") && kind.isSpace()) {
                Reference size = new Reference(kind, shape.path("scale").path(i).asDouble(1),
                        2 * shape.path("offset").path(i).asDouble(0));
                axes.add(new ForeignAxis(kind, id, 0, 0, size, halo, List.of()));
                continue;
            }
            boolean isReference = shape.has("reference_tensor");
            int min = isReference ? (int) (2 * shape.path("offset").path(i).asDouble(0.5))
                    : shape.has("min") ? shape.path("min").path(i).asInt(1) : shape.path(i).asInt(1);
            axes.add(new ForeignAxis(kind, id, Math.max(1, min), shape.path("step").path(i).asInt(0), null, halo,
                    List.of()));
        }
        return tensor(tensor.path("name").asText(), axes, tensor.path(stepsName), tensor.path("data_range"),
                fileName(tests.path(0)));
    }

    /** Format 0.5: an object an axis, sizes perhaps those of {@code input}. */
    static ForeignTensor current(JsonNode tensor, JsonNode input, String stepsName) {
        List<ForeignAxis> axes = new ArrayList<>();
        for (JsonNode axis : tensor.path("axes")) {
            String type = axis.path("type").asText();
            String id = axis.path("id").asText(type);
            Kind kind = kind(type.equals("space") ? id : type, id);
            List<String> names = new ArrayList<>();
            axis.path("channel_names").forEach(n -> names.add(n.asText()));
            int halo = axis.path("halo").asInt(0);
            JsonNode size = axis.path("size");
            if (kind == Kind.CHANNEL) {
                axes.add(new ForeignAxis(kind, id, Math.max(1, names.isEmpty() ? size.asInt(1) : names.size()), 0, null,
                        0, names));
            } else if (size.has("axis_id")) {
                axes.add(new ForeignAxis(kind, id, 0, 0, reference(axis, input), halo, names));
            } else if (kind.isSpace() && (size.isMissingNode() || size.has("max"))) {
                throw SeptumException.input("its axis \"" + id + "\" has a size that depends on the data; allowed: a"
                        + " number, min and step, or that of another axis");
            } else {
                axes.add(new ForeignAxis(kind, id, size.has("min") ? size.path("min").asInt(1) : size.asInt(1),
                        size.path("step").asInt(0), null, halo, names));
            }
        }
        JsonNode data = tensor.path("data").isArray() ? tensor.path("data").path(0) : tensor.path("data");
        return tensor(tensor.path("id").asText(), axes, tensor.path(stepsName), data.path("range"),
                fileName(tensor.path("test_tensor").path("source")));
    }

    /** The scale of an axis is how far apart its samples are, so that one's own divides. */
    private static Reference reference(JsonNode axis, JsonNode input) {
        JsonNode size = axis.path("size");
        String id = size.path("axis_id").asText();
        double scale = 1;
        for (JsonNode other : input.path("axes")) {
            if (other.path("id").asText(other.path("type").asText()).equals(id))
                scale = other.path("scale").asDouble(1);
        }
        return new Reference(kind(id, id), scale / axis.path("scale").asDouble(1), size.path("offset").asDouble(0));
    }

    private static Kind kind(String name, String id) {
        return Kind.named(name).orElseThrow(() -> SeptumException
                .input("it has an axis \"" + id + "\"; allowed: batch, channel, x, y, z, time, index"));
    }

    static String fileName(JsonNode source) {
        return source.isObject() ? source.path("source").asText() : source.asText();
    }

    private static ForeignTensor tensor(String id, List<ForeignAxis> all, JsonNode steps, JsonNode range,
            String testFile) {
        List<ForeignAxis> axes = new ArrayList<>();
        Set<Kind> seen = EnumSet.noneOf(Kind.class);
        for (ForeignAxis axis : all) {
            boolean isSingleSlice = axis.kind() == Kind.Z && axis.reference() == null && axis.min() == 1
                    && axis.step() == 0;
            ForeignAxis used = isSingleSlice ? axis.asSingle() : axis;
            if (used.kind() != Kind.OTHER && !seen.add(used.kind()))
                throw SeptumException.input("its tensor \"" + id + "\" has two axes \"" + axis.id() + "\"");
            if (used.kind() == Kind.OTHER && (used.min() > 1 || used.reference() != null))
                throw SeptumException.input(
                        "its axis \"" + axis.id() + "\" of time or index has a size of " + axis.min() + "; allowed: 1");
            axes.add(used);
        }
        if (!seen.contains(Kind.X) || !seen.contains(Kind.Y))
            throw SeptumException.input("its tensor \"" + id + "\" has no axes x and y");
        List<Double> limits = new ArrayList<>();
        range.forEach(n -> limits.add(n.asDouble(Double.NaN)));
        int channels = axes.stream().filter(a -> a.kind() == Kind.CHANNEL).mapToInt(ForeignAxis::min).findFirst()
                .orElse(1);
        return new ForeignTensor(id, axes, new ForeignSteps(channels, seen.contains(Kind.Z)).read(steps), limits,
                testFile);
    }
}
