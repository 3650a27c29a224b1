package org.septum.io;

import java.util.List;
import java.util.Locale;

import org.septum.core.Modality;
import org.septum.core.SeptumException;

/**
 * One scan that a file or folder holds, without its pixels.
 *
 * @param series
 *            what to put into {@link ReadOptions#series}: the UID of a DICOM series; empty if there is nothing to
 *            choose
 * @param number
 *            number of the series; empty if it has none
 * @param description
 *            what its maker called it; empty if nothing
 * @param modality
 *            how it was made
 * @param size
 *            voxels along x, y, z of one phase
 * @param phases
 *            what each phase is: "trigger time 102 ms"; one entry, which may be empty, if there is one phase
 * @param levels
 *            resolutions of a pyramid; 1 if it is none
 * @param problem
 *            why it cannot be read; empty if it can as far as its headers tell
 */
public record ScanContent(String series, String number, String description, Modality modality, List<Long> size,
        List<String> phases, int levels, String problem) {

    public ScanContent {
        size = List.copyOf(size);
        phases = List.copyOf(phases);
        if (size.size() != 3 || phases.isEmpty() || levels < 1)
            throw new SeptumException(SeptumException.Kind.INTERNAL,
                    "a scan has three sizes, a phase and a level, not " + size + ", " + phases + ", " + levels);
    }

    /**
     * True if a choice of {@link ReadOptions#series} means this one: its UID, its number, or words of its description.
     */
    public boolean isMeantBy(String choice) {
        String wanted = choice.strip().toLowerCase(Locale.ROOT);
        return wanted.isEmpty() || series.equals(choice.strip()) || number.equals(wanted)
                || description.toLowerCase(Locale.ROOT).contains(wanted);
    }

    /** "5 "cine SA", MR, 256×256×10, 20 phases", for lists. */
    public String describe() {
        StringBuilder out = new StringBuilder();
        if (!number.isEmpty())
            out.append(number).append(' ');
        out.append('"').append(description.isEmpty() ? "no description" : description).append("\", ").append(modality)
                .append(", ").append(size.get(0)).append('×').append(size.get(1)).append('×').append(size.get(2));
        if (phases.size() > 1)
            out.append(", ").append(phases.size()).append(" phases");
        if (levels > 1)
            out.append(", ").append(levels).append(" resolutions");
        if (!problem.isEmpty())
            out.append(", cannot be read: ").append(problem);
        return out.toString();
    }
}
