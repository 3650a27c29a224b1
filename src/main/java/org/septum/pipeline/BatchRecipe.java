package org.septum.pipeline;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import org.septum.core.SeptumException;
import org.septum.io.PixelSizes;
import org.septum.io.ReadOptions;

/**
 * What all tasks of a batch have in common, as it is sent to other processes: paths, no open files. All of them lie on
 * a disk that these see under the same path.
 *
 * @param inputs
 *            what was given
 * @param model
 *            folder or zip
 * @param output
 *            folder for the masks
 * @param pass
 *            how the network goes over the scans
 * @param outputs
 *            what is written of each
 * @param choice
 *            which series, phase and resolution, and pixel sizes as words
 * @param again
 *            what is done with scans that an earlier run has seen
 * @param hash
 *            SHA-256 that stands for the model
 * @param earlier
 *            names of the files with the records of earlier runs: what others record belongs to this run
 * @param mostVoxels
 *            of a scan that one task segments; larger ones are divided into slabs of so many at most
 */
public record BatchRecipe(List<String> inputs, String model, String output, SegmentPass pass, SegmentOutputs outputs,
        Choice choice, SegmentFolders.Again again, String hash, Set<String> earlier, long mostVoxels)
        implements Serializable {

    /**
     * A choice where files hold several scans.
     *
     * @param series
     *            as {@link ReadOptions#series}
     * @param phase
     *            as {@link ReadOptions#phase}
     * @param everyPhase
     *            whether all phases are segmented
     * @param level
     *            as {@link ReadOptions#level}
     * @param pixelSizes
     *            as {@link PixelSizes#parse} takes them
     */
    public record Choice(String series, int phase, boolean everyPhase, int level, String pixelSizes)
            implements Serializable {

        static Choice of(ReadOptions options, boolean everyPhase) {
            PixelSizes sizes = options.pixelSizes();
            String words = sizes.table().map(table -> table.file().toAbsolutePath().toString())
                    .orElseGet(() -> sizes.size().map(s -> s.x() + "," + s.y()).orElse(""));
            return new Choice(options.series(), options.phase(), everyPhase, options.level(), words);
        }

        ReadOptions options() {
            return new ReadOptions(series, phase, level, false, PixelSizes.parse(pixelSizes));
        }
    }

    public BatchRecipe {
        inputs = List.copyOf(inputs);
        earlier = Set.copyOf(earlier);
        if (mostVoxels < 1)
            throw SeptumException.usage("scans of " + mostVoxels + " voxels; allowed: 1 and more for one task");
    }

    static BatchRecipe of(SegmentFolders.Request request, String hash, Set<String> earlier, long mostVoxels) {
        SegmentScans.Request scans = request.scans();
        return new BatchRecipe(scans.inputs().stream().map(BatchRecipe::absolute).toList(), absolute(scans.model()),
                absolute(scans.output()), scans.pass(), scans.outputs(), Choice.of(scans.options(), scans.everyPhase()),
                request.again(), hash, earlier, mostVoxels);
    }

    private static String absolute(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    SegmentFolders.Request request() {
        SegmentScans.Request scans = SegmentScans.Request
                .of(inputs.stream().map(Path::of).toList(), Path.of(model), Path.of(output)).withPass(pass)
                .withOutputs(outputs).withChoice(choice.options(), choice.everyPhase());
        return new SegmentFolders.Request(scans, Optional.empty(), again, Optional.empty());
    }
}
