package org.septum.data;

import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

import org.septum.core.SeptumException;

/**
 * Which slices of a volume a 2D network sees at once, as if they were channels: the slice that it segments, and perhaps
 * its neighbours (2.5D). Beyond the first and the last slice these repeat.
 *
 * @param offsets
 *            from the slice that is segmented; 0 is among them
 */
public record SliceStack(List<Integer> offsets) {

    /** One slice by itself. */
    public static final SliceStack SINGLE = new SliceStack(List.of(0));

    /** The slice before, the slice itself and the one behind. */
    public static final SliceStack NEIGHBOURS = new SliceStack(List.of(-1, 0, 1));

    private static final int FARTHEST = 16;

    public SliceStack {
        offsets = List.copyOf(offsets);
        boolean usable = offsets.contains(0) && offsets.stream().distinct().count() == offsets.size()
                && offsets.stream().allMatch(o -> Math.abs(o) <= FARTHEST);
        if (!usable) {
            throw SeptumException.input("slices " + offsets + "; give different offsets from -" + FARTHEST + " to "
                    + FARTHEST + " with 0 among them, such as [-1, 0, 1]");
        }
    }

    /** Number of slices. */
    public int count() {
        return offsets.size();
    }

    /** Slices from the first to the last that are seen at once, less one. */
    public int reach() {
        return offsets.stream().mapToInt(o -> o).max().orElse(0) - offsets.stream().mapToInt(o -> o).min().orElse(0);
    }

    /** The slice that is read for entry k of the stack about slice z of a volume of nz slices. */
    public long slice(long z, int k, long nz) {
        return Math.max(0, Math.min(nz - 1, z + offsets.get(k)));
    }

    /** Names of the network's inputs: all channels of the first slice of the stack, then those of the next. */
    List<String> inputNames(List<String> channels) {
        return offsets.stream()
                .flatMap(
                        o -> channels.stream().map(c -> o == 0 ? c : String.format(Locale.ROOT, "%s, slice %+d", c, o)))
                .toList();
    }

    /** A value of each channel for every input, in the order of {@link #inputNames}. */
    <T> List<T> ofInputs(List<T> ofChannels) {
        return IntStream.range(0, count()).boxed().flatMap(k -> ofChannels.stream()).toList();
    }
}
