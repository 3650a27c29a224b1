package org.septum.pipeline;

import java.io.IOException;
import java.util.Locale;

import org.septum.core.SeptumException;
import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;

/** The options of a batch that change what is written; the device, the memory and the division of work do not. */
final class BatchOptions {

    private BatchOptions() {
    }

    /** 64 hexadecimal digits that are the same for the same options. */
    static String hash(SegmentScans.Request request) {
        SegmentPass pass = request.pass();
        SegmentOutputs outputs = request.outputs();
        ReadOptions options = request.options();
        return Sha256.of(String.join("\n", "overlap " + pass.overlap(),
                "engine " + pass.runner().name().toLowerCase(Locale.ROOT), "precision " + pass.precision(),
                "tta " + pass.tta(), "postprocessing " + pass.postProcessing(), "crop " + pass.crop(),
                "formats " + outputs.formats(), "overlay " + outputs.overlay(), "slices " + outputs.slices(),
                "probabilities " + outputs.probabilities(), "series " + options.series(), "phase " + options.phase(),
                "every phase " + request.everyPhase(), "level " + options.level(),
                "pixel size " + words(options.pixelSizes())) + (outputs.quality() ? "\nquality" : ""));
    }

    private static String words(PixelSizes sizes) {
        try {
            return sizes.table().isPresent() ? Sha256.of(sizes.table().get().file())
                    : sizes.size().map(s -> s.x() + " " + s.y()).orElse("");
        } catch (IOException e) {
            throw SeptumException.input("cannot read " + sizes.table().get().file() + ": " + e.getMessage(), e);
        }
    }
}
