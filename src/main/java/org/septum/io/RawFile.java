package org.septum.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Workspace;

/**
 * What the header of a file with a raw array of voxels says: NIfTI, NRRD, MetaImage, MGH.
 *
 * @param first
 *            the array of the first volume
 * @param volumes
 *            how many volumes follow each other
 * @param geometry
 *            where the voxels lie
 * @param notes
 *            what a person should know
 */
record RawFile(RawVolume first, int volumes, ScanGeometry geometry, List<String> notes) {

    private static final int MOST_VOLUMES = 1 << 16;

    RawFile {
        if (volumes < 1 || volumes > MOST_VOLUMES)
            throw new IllegalArgumentException(
                    "its header states " + volumes + " volumes; 1 to " + MOST_VOLUMES + " are allowed");
    }

    /** A scan of one volume; what must be unpacked goes into {@code space}. */
    Scan scan(Path path, ReadOptions options, Workspace space) throws IOException {
        options.requireFullResolution(path);
        options.requireNoSeries(path);
        int phase = options.phaseOf(path, Collections.nCopies(volumes, ""));
        List<String> all = new ArrayList<>(notes);
        String name = FileNames.stem(path);
        if (volumes > 1) {
            name += String.format(Locale.ROOT, "_phase%02d", phase + 1);
            all.add("volume " + (phase + 1) + " of " + volumes);
        }
        RawVolume volume = first.at(phase);
        long[] size = { first.size().get(0), first.size().get(1), first.size().get(2), first.channels() };
        return new Scan(name, PlaneCells.image(path.toString(), size, volume.planes(all, space), true), geometry,
                first.channels() == 3 ? Modality.RGB : Modality.OTHER, all);
    }

    /** What there is to choose from. */
    List<ScanContent> contents(Path path) {
        return List.of(new ScanContent("", "", FileNames.stem(path), Modality.OTHER,
                first.size().stream().map(Integer::longValue).toList(), Collections.nCopies(volumes, ""), 1, ""));
    }
}
