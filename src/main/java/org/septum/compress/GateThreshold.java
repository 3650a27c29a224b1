package org.septum.compress;

import java.util.List;
import java.util.stream.IntStream;

import org.septum.core.SeptumException;

/**
 * The rule of UCP for a layer by itself: a channel stays if its mean gate is greater than (1 + lambda) times the mean
 * over the layer's channels.
 *
 * @param lambda
 *            from -1, with which all channels stay; the paper's code has ±0.001, ±0.01 and ±0.1
 */
public record GateThreshold(double lambda) {

    public GateThreshold {
        if (!(lambda >= -1 && lambda < Double.POSITIVE_INFINITY))
            throw SeptumException.usage("lambda " + lambda + "; allowed: -1 and above, such as -0.1 or 0.1");
    }

    /**
     * Channels that stay, ascending; if they are fewer than {@link ChannelCuts#floor}, that many with the highest
     * scores.
     *
     * @param scores
     *            above 0, one for each channel
     */
    public List<Integer> kept(List<Double> scores) {
        double threshold = (1 + lambda) * scores.stream().mapToDouble(s -> s).average().orElse(0);
        List<Integer> above = IntStream.range(0, scores.size()).filter(c -> scores.get(c) > threshold).boxed().toList();
        int floor = ChannelCuts.floor(scores.size());
        return above.size() >= floor ? above : strongest(scores, floor);
    }

    /** So many channels with the highest scores, ascending; of equal ones the first. */
    static List<Integer> strongest(List<Double> scores, int count) {
        return weakestFirst(scores).subList(scores.size() - count, scores.size()).stream().sorted().toList();
    }

    /** All channels, the lowest score first; of equal ones the last. */
    static List<Integer> weakestFirst(List<Double> scores) {
        return IntStream.range(0, scores.size()).boxed().sorted((a, b) -> {
            int order = Double.compare(scores.get(a), scores.get(b));
            return order != 0 ? order : Integer.compare(b, a);
        }).toList();
    }
}
