package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.io.ReadOptions;
import org.septum.io.ScanContent;
import org.septum.io.ScanFiles;

/**
 * One mask to make, or to explain.
 *
 * @param source
 *            where the scan comes from
 * @param options
 *            which series, phase and resolution of it
 * @param name
 *            of the output files, without extension
 */
record SegmentJob(ScanSource source, ReadOptions options, String name) {

    /** The jobs of scans, in their order; a scan of several phases has one for each if all are wanted. */
    static List<SegmentJob> of(List<ScanSource> sources, ReadOptions options, boolean everyPhase) {
        List<String> names = OutputNames.of(sources);
        List<SegmentJob> jobs = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            jobs.addAll(ofOne(sources.get(i), options, everyPhase, names.get(i)));
        }
        return jobs;
    }

    /** The jobs of one scan under a name: one, or one for each phase if all are wanted. */
    static List<SegmentJob> ofOne(ScanSource source, ReadOptions options, boolean everyPhase, String name) {
        int phases = everyPhase ? phases(source, options) : 1;
        if (phases == 1)
            return List.of(new SegmentJob(source, options, name));
        List<SegmentJob> jobs = new ArrayList<>();
        for (int k = 1; k <= phases; k++)
            jobs.add(new SegmentJob(source, options.withPhase(k), String.format(Locale.ROOT, "%s_phase%02d", name, k)));
        return jobs;
    }

    /** How many phases the chosen series has; 1 if that cannot be told: reading it will say why. */
    private static int phases(ScanSource source, ReadOptions options) {
        try {
            List<ScanContent> chosen = ScanFiles.contents(source.path()).stream()
                    .filter(c -> c.isMeantBy(options.series())).toList();
            return chosen.size() == 1 ? chosen.get(0).phases().size() : 1;
        } catch (SeptumException e) {
            return 1;
        }
    }
}
