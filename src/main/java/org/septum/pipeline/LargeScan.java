package org.septum.pipeline;

import java.io.Serializable;
import java.util.List;

/**
 * A scan that is too large for one task.
 *
 * @param scan
 *            the scan
 * @param slabs
 *            that are to be segmented before it is joined
 */
public record LargeScan(ScanRecipe scan, List<SlabRecipe> slabs) implements Serializable {

    public LargeScan {
        slabs = List.copyOf(slabs);
    }
}
