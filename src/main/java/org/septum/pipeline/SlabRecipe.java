package org.septum.pipeline;

import java.io.Serializable;
import java.nio.file.Path;

import org.septum.core.ScanSource;
import org.septum.infer.Slab;
import org.septum.io.ReadOptions;

/**
 * A slab of a scan that is too large for one task, as it is sent to another process.
 *
 * @param scan
 *            the scan
 * @param name
 *            of the mask that is made of it
 * @param series
 *            which series of its path; empty for the only one
 * @param phase
 *            which phase of it, from 1; 0 for the only one
 * @param key
 *            stands for the scan's bytes, the model, the options and how it is divided: slabs of one key fit together
 * @param first
 *            number of the slab's first slice along the working z axis
 * @param end
 *            number after its last one
 */
public record SlabRecipe(ScanRecipe scan, String name, String series, int phase, String key, int first, int end)
        implements Serializable {

    Slab slab() {
        return new Slab(first, end);
    }

    SegmentJob job(ReadOptions options) {
        return new SegmentJob(new ScanSource(Path.of(scan.path()), scan.name()),
                options.withSeries(series).withPhase(phase), name);
    }
}
