package org.septum.data;

import java.util.List;

import com.fasterxml.jackson.annotation.JsonProperty;

import org.septum.core.SeptumException;

/**
 * What is done to a finished mask.
 *
 * @param largestPart
 *            label values of which only the largest connected part is kept; the rest becomes background
 * @param touching
 *            which voxels are connected
 * @param perSlice
 *            whether each slice is looked at by itself, as a 2D network sees it
 */
public record PostProcessingPlan(List<Integer> largestPart, Touching touching, Boolean perSlice) {

    /** Which voxels of a class are connected. */
    public enum Touching {
        /** Those that share a face: 4 neighbours in a slice, 6 in a volume. */
        @JsonProperty("faces")
        FACES,
        /** Those that share a face, an edge or a corner: 8 neighbours in a slice, 26 in a volume. */
        @JsonProperty("corners")
        CORNERS
    }

    public PostProcessingPlan {
        largestPart = largestPart == null ? List.of() : List.copyOf(largestPart);
        touching = touching == null ? Touching.CORNERS : touching;
        perSlice = perSlice != null && perSlice;
        if (largestPart.stream().anyMatch(v -> v < 1 || v > 255))
            throw SeptumException.input("post-processing of the labels " + largestPart + "; allowed: 1 to 255");
    }

    /** For the masks of a network of so many axes: by slices if it sees slices. */
    public static PostProcessingPlan largestPart(List<Integer> values, int dims) {
        return new PostProcessingPlan(values, Touching.CORNERS, dims == 2);
    }
}
