package org.septum.pipeline;

import java.util.ArrayList;
import java.util.List;

/** What a look at data came to, for people. */
public final class CheckText {

    private CheckText() {
    }

    /** What each scan or case is and what is wrong with it, what is wrong with datasets, and a count. */
    public static List<String> lines(CheckData.Result result) {
        List<String> lines = new ArrayList<>();
        result.findings().forEach(finding -> add(lines, finding));
        result.problems().forEach(problem -> lines.add("PROBLEM: " + problem));
        result.files().forEach(file -> lines.add("written to " + file));
        lines.add(result.findings().size() + " looked at, " + result.bad() + " with problems");
        return lines;
    }

    private static void add(List<String> lines, CheckData.Finding finding) {
        lines.add(finding.name() + ": " + finding.facts().map(ScanFacts::describe).orElse("cannot be read"));
        if (!finding.volumes().isEmpty())
            lines.add("  labels: " + SegmentScans.describe(finding.volumes()));
        finding.notes().forEach(note -> lines.add("  note: " + note));
        finding.facts().ifPresent(f -> f.notes().forEach(note -> lines.add("  note: " + note)));
        finding.problems().forEach(problem -> lines.add("  PROBLEM: " + problem));
    }
}
