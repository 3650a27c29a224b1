package org.septum.infer;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.NodeProto;

/**
 * Which slices a convolution or pooling reaches, from the attributes of its ONNX node, and what is left of it within a
 * slice.
 *
 * @param depth
 *            slices of its window; 1 if not said
 * @param stride
 *            along z
 * @param before
 *            slices that it reaches out before the first
 * @param after
 *            slices that it reaches out behind the last
 * @param isPlain
 *            false if it has something that is not understood here: dilation, groups, ceiling
 * @param attributes
 *            those of the 2D node
 */
record SliceWindow(int depth, int stride, int before, int after, boolean isPlain, List<AttributeProto> attributes) {

    private static final Set<String> LISTS = Set.of("kernel_shape", "strides", "pads");

    SliceWindow {
        attributes = List.copyOf(attributes);
    }

    /**
     * @param isVolume
     *            false for a 2D node whose rows are spread over slices
     */
    static SliceWindow of(NodeProto node, boolean isVolume) {
        Map<String, List<Long>> lists = new TreeMap<>();
        boolean isPlain = true;
        for (AttributeProto a : node.getAttributeList()) {
            if (LISTS.contains(a.getName()))
                lists.put(a.getName(), isVolume ? a.getIntsList() : within(a));
            else
                isPlain &= isNeutral(a);
        }
        List<Long> pads = lists.getOrDefault("pads", List.of(0L, 0L, 0L, 0L, 0L, 0L));
        isPlain &= pads.size() == 6;
        List<AttributeProto> inPlane = new ArrayList<>();
        lists.forEach((name, values) -> inPlane.add(AttributeProto.newBuilder().setName(name)
                .setType(AttributeProto.AttributeType.INTS).addAllInts(withoutZ(values)).build()));
        return new SliceWindow(first(lists, "kernel_shape"), first(lists, "strides"), pads.get(0).intValue(),
                pads.size() == 6 ? pads.get(3).intValue() : 0, isPlain, inPlane);
    }

    /** (y, x) as (z, 1, x), and pads (y, x, y, x) as (z, 0, x, z, 0, x). */
    private static List<Long> within(AttributeProto a) {
        long neutral = a.getName().equals("pads") ? 0 : 1;
        return IntStream.range(0, a.getIntsCount()).boxed()
                .flatMap(i -> i % 2 == 0 ? Stream.of(a.getInts(i), neutral) : Stream.of(a.getInts(i))).toList();
    }

    private static boolean isNeutral(AttributeProto a) {
        return switch (a.getName()) {
            case "group" -> a.getI() == 1;
            case "dilations" -> a.getIntsList().stream().allMatch(d -> d == 1);
            case "ceil_mode", "storage_order" -> a.getI() == 0;
            default -> false;
        };
    }

    private static int first(Map<String, List<Long>> lists, String name) {
        return lists.containsKey(name) ? lists.get(name).get(0).intValue() : 1;
    }

    /** (y, x) of (z, y, x), and (y, x, y, x) of (z, y, x, z, y, x). */
    private static List<Long> withoutZ(List<Long> values) {
        return IntStream.range(0, values.size()).filter(i -> i % 3 != 0).mapToObj(values::get).toList();
    }

    AttributeProto[] inPlane() {
        return attributes.toArray(AttributeProto[]::new);
    }

    /** Slices that come out, for a window of a depth. */
    int outputs(int inputs, int window) {
        return (inputs + before + after - window) / stride + 1;
    }

    /** The slice that the first place of the window lies on; negative before the first slice. */
    int first(int output) {
        return output * stride - before;
    }

    /** The places of the window that lie on a slice. */
    List<Integer> taps(int output, int window, int inputs) {
        int first = first(output);
        return IntStream.range(0, window).filter(k -> first + k >= 0 && first + k < inputs).boxed().toList();
    }
}
