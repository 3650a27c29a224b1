package org.septum.train;

import java.util.List;

import org.septum.data.Patch;

/**
 * What one step learns from.
 *
 * @param patches
 *            whose inputs are all numbers
 * @param cases
 *            from which they are, in the same order
 * @param broken
 *            cases of patches that were left out because their inputs hold NaN or infinite values
 */
record Batch(List<Patch> patches, List<String> cases, List<String> broken) {

    Batch {
        patches = List.copyOf(patches);
        cases = List.copyOf(cases);
        broken = List.copyOf(broken);
    }
}
