package org.septum.pipeline;

import java.io.Serializable;
import java.util.List;

/**
 * What became of the scans of one task.
 *
 * @param done
 *            how many were segmented, by it or another
 * @param failures
 *            the problem of each that cannot be segmented
 * @param before
 *            how many needed nothing
 * @param seconds
 *            of work
 * @param large
 *            those that are left, as they are too large for one task
 */
public record BatchOutcome(long done, List<String> failures, long before, double seconds, List<LargeScan> large)
        implements Serializable {

    public BatchOutcome {
        failures = List.copyOf(failures);
        large = List.copyOf(large);
    }
}
