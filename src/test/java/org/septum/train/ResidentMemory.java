package org.septum.train;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.management.JMException;
import javax.management.ObjectName;

import org.junit.jupiter.api.Assumptions;

/**
 * Memory of this process as the operating system counts it.
 * <p>
 * <b>Why</b> not the resident memory less the size of the heap? How much of its heap Java has touched, and when it
 * gives some back, depends on how long collections take, so on what else the machine does.
 */
final class ResidentMemory {

    private static final Path MAPS = Path.of("/proc/self/smaps");

    private static final Pattern ADDRESSES = Pattern.compile("\\[0x([0-9a-f]+), 0x[0-9a-f]+(?:, 0x([0-9a-f]+))?\\)");

    private static final Pattern RANGE = Pattern.compile("([0-9a-f]+)-([0-9a-f]+) .*");

    private static final Pattern RESIDENT = Pattern.compile("Rss: +(\\d+) kB");

    private ResidentMemory() {
    }

    /** Memory in use beside the Java heap, in MiB, after a collection; the test is skipped where it is not known. */
    static double outsideHeap() throws IOException {
        Assumptions.assumeTrue(Files.exists(MAPS), "resident memory can be read on Linux only");
        System.gc();
        long[] heap = heap();
        long kilobytes = 0;
        boolean isHeap = false;
        for (String line : Files.readAllLines(MAPS)) {
            Matcher range = RANGE.matcher(line);
            Matcher resident = RESIDENT.matcher(line);
            if (range.matches())
                isHeap = address(range.group(1)) < heap[1] && address(range.group(2)) > heap[0];
            else if (resident.matches() && !isHeap)
                kilobytes += Long.parseLong(resident.group(1));
        }
        return kilobytes / 1024.0;
    }

    /**
     * By how much measurements grow for certain: from the largest of the first third to the smallest of the last. What
     * is held for a while, or once for all, does not count; what is held for every step does.
     */
    static double growth(List<Double> measured) {
        int third = measured.size() / 3;
        double before = measured.subList(0, third).stream().mapToDouble(m -> m).max().orElseThrow();
        return measured.subList(measured.size() - third, measured.size()).stream().mapToDouble(m -> m).min()
                .orElseThrow() - before;
    }

    /** Where the heap begins and ends, by what Java says of its parts. */
    private static long[] heap() {
        String text;
        try {
            text = (String) ManagementFactory.getPlatformMBeanServer()
                    .invoke(new ObjectName("com.sun.management:type=DiagnosticCommand"), "gcHeapInfo", null, null);
        } catch (JMException e) {
            text = e.toString();
        }
        List<MatchResult> parts = ADDRESSES.matcher(text).results().toList();
        Assumptions.assumeFalse(parts.isEmpty(), "this Java does not say where its heap lies: " + text);
        return new long[] { parts.stream().mapToLong(p -> address(p.group(1))).min().orElseThrow(), parts.stream()
                .mapToLong(p -> address(p.group(2) == null ? p.group(1) : p.group(2))).max().orElseThrow() };
    }

    private static long address(String digits) {
        return Long.parseUnsignedLong(digits, 16);
    }
}
