package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.septum.core.FileTree;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.infer.Segmentation;
import org.septum.io.MaskWriters;
import org.septum.io.OverlayPicture;
import org.septum.io.ProbabilityWriter;

/**
 * Writes what is wanted of a scan that is segmented: all of it, or nothing.
 *
 * @param files
 *            where it goes
 * @param outputs
 *            what is wanted
 */
record WriteMasks(MaskFiles files, SegmentOutputs outputs) {

    /**
     * Writes the files of one scan.
     *
     * @return what was written
     *
     * @throws org.septum.core.SeptumException
     *             if one cannot be written; those before it are gone then
     */
    List<Path> write(Scan scan, Segmentation made, String name) {
        LabelMask mask = made.mask();
        List<Path> written = new ArrayList<>();
        boolean complete = false;
        try {
            List<Path> all = files.of(name);
            for (int i = 0; i < all.size(); i++) {
                if (i < outputs.formats().size())
                    MaskWriters.named(outputs.formats().get(i)).write(mask, all.get(i), outputs.overwrite());
                else
                    OverlayPicture.write(scan, mask, all.get(i), outputs.overwrite());
                written.add(all.get(i));
            }
            made.probabilities().ifPresent(map -> {
                ProbabilityWriter.write(map, files.probabilitiesOf(name), outputs.overwrite());
                written.add(files.probabilitiesOf(name));
            });
            if (outputs.slices())
                writeSlices(scan, mask, files.slicesOf(name), written);
            complete = true;
            return written;
        } finally {
            if (!complete)
                written.forEach(WriteMasks::deleteQuietly);
        }
    }

    private void writeSlices(Scan scan, LabelMask mask, Path folder, List<Path> written) {
        boolean isNew = !Files.exists(folder);
        boolean complete = false;
        try {
            if (OverlayPicture.writeSlices(scan, mask, folder, outputs.overwrite()) > 0)
                written.add(folder);
            complete = true;
        } finally {
            if (!complete && isNew)
                FileTree.delete(folder);
        }
    }

    private static void deleteQuietly(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the error that made it superfluous is the one to report
        }
    }
}
