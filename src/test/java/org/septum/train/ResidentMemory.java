package org.septum.train;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Assumptions;

/** Memory of this process as the operating system counts it. */
final class ResidentMemory {

    private static final Path STATUS = Path.of("/proc/self/status");

    private ResidentMemory() {
    }

    /** Memory in use beside the Java heap, in MiB, after a collection; the test is skipped where it is not known. */
    static double outsideHeap() throws IOException {
        Assumptions.assumeTrue(Files.exists(STATUS), "resident memory can be read on Linux only");
        System.gc();
        String line = Files.readAllLines(STATUS).stream().filter(l -> l.startsWith("VmRSS:")).findFirst().orElseThrow();
        double resident = Double.parseDouble(line.replaceAll("[^0-9]", "")) / 1024;
        return resident - Runtime.getRuntime().totalMemory() / 1048576.0;
    }
}
