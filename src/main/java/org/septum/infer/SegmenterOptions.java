package org.septum.infer;

import org.septum.core.SeptumException;

/**
 * How a scan is cut into tiles.
 *
 * @param overlap
 *            share of a tile that the next one covers again, from 0 to below 1
 * @param batch
 *            tiles that go through the network in one call; 0 for what is best on the engine
 * @param postProcessing
 *            whether the plan's post-processing is done
 * @param crop
 *            whether tiles that are mere air by the plan's rule are left out
 */
public record SegmenterOptions(double overlap, int batch, boolean postProcessing, boolean crop) {

    /** Half a tile of overlap, batch by the engine, no tiles of air. */
    public static final SegmenterOptions DEFAULT = new SegmenterOptions(0.5, 0, true, true);

    public SegmenterOptions {
        if (!(overlap >= 0 && overlap < 1))
            throw SeptumException.usage("overlap " + overlap + " of tiles; allowed: from 0 to below 1, usual is 0.5");
        if (batch < 0)
            throw SeptumException.usage("batch of " + batch + " tiles; allowed: 1 and more, or 0 for automatic");
    }

    /** These options with another overlap. */
    public SegmenterOptions withOverlap(double other) {
        return new SegmenterOptions(other, batch, postProcessing, crop);
    }

    /** These options with another batch. */
    public SegmenterOptions withBatch(int other) {
        return new SegmenterOptions(overlap, other, postProcessing, crop);
    }

    /** With the plan's post-processing, without its tiles of air. */
    public SegmenterOptions(double overlap, int batch) {
        this(overlap, batch, true, true);
    }

    /** These options with or without the plan's post-processing. */
    public SegmenterOptions withPostProcessing(boolean wanted) {
        return new SegmenterOptions(overlap, batch, wanted, crop);
    }

    /** These options with tiles of air left out, or run. */
    public SegmenterOptions withCrop(boolean wanted) {
        return new SegmenterOptions(overlap, batch, postProcessing, wanted);
    }
}
