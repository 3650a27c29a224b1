package org.septum.bundle;

import com.fasterxml.jackson.databind.JsonNode;

import org.septum.core.SeptumException;

/** Sizes in a description of a model, in both formats: none may be absurd, as memory is taken by them. */
final class RdfSizes {

    /** Pixels along an axis of a tile, or number of channels. */
    static final int LARGEST = 1 << 16;

    private static final double LARGEST_TENSOR = 1 << 30;

    private RdfSizes() {
    }

    /**
     * Looks at every tensor's axes.
     *
     * @throws SeptumException
     *             of kind INPUT that names the place and what is allowed
     */
    static void check(JsonNode rdf) {
        for (String side : new String[] { "inputs", "outputs" }) {
            JsonNode tensors = rdf.path(side);
            for (int i = 0; i < tensors.size(); i++) {
                String place = side + "[" + i + "]";
                JsonNode axes = tensors.get(i).path("axes");
                double product = numbers(tensors.get(i).path("shape"), place + ".shape", 1);
                for (int a = 0; axes.isArray() && a < axes.size(); a++) {
                    String axis = place + ".axes[" + a + "]";
                    product *= numbers(axes.get(a).path("size"), axis + ".size", 1);
                    numbers(axes.get(a).path("halo"), axis + ".halo", 0);
                }
                numbers(tensors.get(i).path("halo"), place + ".halo", 0);
                if (product > LARGEST_TENSOR) {
                    throw SeptumException.input(String.format(java.util.Locale.ROOT,
                            "%s is a tensor of %.3g values; allowed: %.3g", place, product, LARGEST_TENSOR));
                }
            }
        }
    }

    /** The product of the sizes, or of the smallest sizes, at a place. */
    private static double numbers(JsonNode node, String place, int least) {
        double product = 1;
        if (node.isNumber()) {
            requireSane(node, place, least);
            return Math.max(1, node.asDouble());
        }
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++)
                product *= numbers(node.get(i), place + "[" + i + "]", least);
        } else if (node.isObject()) {
            numbers(node.path("step"), place + ".step", 0);
            return numbers(node.path("min"), place + ".min", least);
        }
        return product;
    }

    private static void requireSane(JsonNode node, String place, int least) {
        if (!node.isIntegralNumber() || !node.canConvertToInt() || node.intValue() < least
                || node.intValue() > LARGEST) {
            throw SeptumException.input(
                    place + " is " + node.asText() + "; allowed: a whole number from " + least + " to " + LARGEST);
        }
    }
}
