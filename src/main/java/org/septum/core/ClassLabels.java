package org.septum.core;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The classes of a segmentation in the order of the network's output channels. Index 0 is the background with value 0.
 *
 * @param classes
 *            background first, values and names distinct
 */
public record ClassLabels(List<ClassLabel> classes) {

    /**
     * Colours that differ for people with any colour vision (Okabe and Ito 2008), then lighter ones.
     */
    private static final int[] PALETTE = { 0xe69f00, 0x56b4e9, 0x009e73, 0xf0e442, 0x0072b2, 0xd55e00, 0xcc79a7,
            0xff6f61, 0x88d8b0, 0xc3a6ff, 0x9edae5, 0xdbdb8d };

    public ClassLabels {
        classes = List.copyOf(classes);
        Set<Integer> values = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (ClassLabel c : classes) {
            if (!values.add(c.value()) || !names.add(c.name())) {
                throw new SeptumException(SeptumException.Kind.INPUT, "label " + c.value() + " \"" + c.name()
                        + "\" occurs twice; values and names of labels must be distinct");
            }
        }
        if (classes.size() < 2 || classes.get(0).value() != 0) {
            throw new SeptumException(SeptumException.Kind.INPUT, "labels " + classes
                    + "; there must be a background with value 0, first, and at least one more class");
        }
    }

    /**
     * Classes named by a list, background first, with values 0, 1, 2 … and colours from a palette.
     */
    public static ClassLabels of(String... names) {
        List<ClassLabel> classes = new ArrayList<>();
        for (int i = 0; i < names.length; i++)
            classes.add(new ClassLabel(i, names[i], colour(i)));
        return new ClassLabels(classes);
    }

    /**
     * The colour that class number {@code index} gets when nobody chose one; black for the background.
     */
    public static int colour(int index) {
        return index == 0 ? 0 : PALETTE[(index - 1) % PALETTE.length];
    }

    /** These classes with other names, by their old ones; what is not in the map stays. */
    public ClassLabels renamed(Map<String, String> names) {
        return new ClassLabels(classes.stream()
                .map(c -> new ClassLabel(c.value(), names.getOrDefault(c.name(), c.name()), c.rgb())).toList());
    }

    /** Number of classes, background included. */
    public int count() {
        return classes.size();
    }

    /** The classes without the background. */
    public List<ClassLabel> foreground() {
        return classes.subList(1, classes.size());
    }

    /** Output channel of a label value, or -1 if no class has it. */
    public int indexOf(int value) {
        for (int i = 0; i < classes.size(); i++)
            if (classes.get(i).value() == value)
                return i;
        return -1;
    }

    /** The class with this pixel value. */
    public Optional<ClassLabel> withValue(int value) {
        int i = indexOf(value);
        return i < 0 ? Optional.empty() : Optional.of(classes.get(i));
    }
}
