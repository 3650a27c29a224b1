package org.septum.pipeline;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

import org.septum.bundle.ForeignModel;
import org.septum.bundle.OpenModel;
import org.septum.core.ClassLabel;

/**
 * What a model of others is, as Septum takes it.
 *
 * @param path
 *            where it lies
 * @param name
 *            of the model
 * @param description
 *            in its makers' words
 * @param licence
 *            may be empty
 * @param format
 *            version of bioimage.io's model format
 * @param dims
 *            2 or 3
 * @param channels
 *            of the input
 * @param classes
 *            of the mask, background first; their values are 0, 1, 2 …
 * @param tile
 *            along x, y, z
 * @param parameters
 *            values in its graph
 * @param notes
 *            what Septum decided where the package leaves it open
 * @param sha256
 *            of its description
 */
public record DescribeForeign(Path path, String name, String description, String licence, String format, int dims,
        List<String> channels, List<String> classes, List<Integer> tile, long parameters, List<String> notes,
        String sha256) {

    public DescribeForeign {
        channels = List.copyOf(channels);
        classes = List.copyOf(classes);
        tile = List.copyOf(tile);
        notes = List.copyOf(notes);
    }

    /** Opens a model; empty if it is Septum's own. */
    public static Optional<DescribeForeign> run(Path model) {
        try (OpenModel open = OpenModel.open(model)) {
            if (!(open instanceof ForeignModel foreign))
                return Optional.empty();
            return Optional.of(new DescribeForeign(model, foreign.name(), foreign.description(), foreign.licence(),
                    foreign.format(), open.plan().network().dims(), open.plan().channels(),
                    open.plan().labels().classes().stream().map(ClassLabel::name).toList(), open.plan().patch(),
                    foreign.parameters(), open.notes(), open.hash()));
        }
    }
}
