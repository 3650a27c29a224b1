package org.septum.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A scan with its reference labels, as files.
 *
 * @param name
 *            of the case
 * @param channels
 *            one file for each input channel, or a single file that holds all of them
 * @param labels
 *            the reference label mask
 * @param group
 *            the patient; cases of one group never stand on both sides of a split
 */
public record DataCase(String name, List<Path> channels, Path labels, String group) {

    /** Group of cases that are trained on whatever fold is held out. */
    static final String CORRECTION = "<correction>";

    public DataCase {
        channels = List.copyOf(channels);
    }

    /** True for a correction of what a model made, which is trained on whatever fold is held out. */
    public boolean isCorrection() {
        return group.equals(CORRECTION);
    }

    /** This case as a correction. */
    DataCase asCorrection() {
        return new DataCase(name, channels, labels, CORRECTION);
    }

    /** Tells a case from the others of its dataset without its name. */
    String nameHash() {
        return Integer.toHexString(name.hashCode());
    }
}
