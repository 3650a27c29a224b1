package org.septum.pipeline;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The machine that this runs on, in words. */
final class Machine {

    private static final Path LINUX_PROCESSORS = Path.of("/proc/cpuinfo");

    private Machine() {
    }

    /** "2 processors (Intel Xeon), 16.0 GB of memory", without what the system does not say. */
    static String describe() {
        StringBuilder words = new StringBuilder().append(Runtime.getRuntime().availableProcessors())
                .append(" processors");
        processor().ifPresent(name -> words.append(" (").append(name).append(')'));
        if (ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system)
            words.append(String.format(Locale.ROOT, ", %.1f GB of memory", system.getTotalMemorySize() / 1e9));
        return words.toString();
    }

    private static Optional<String> processor() {
        try {
            List<String> lines = Files.isReadable(LINUX_PROCESSORS) ? Files.readAllLines(LINUX_PROCESSORS) : List.of();
            return lines.stream().filter(line -> line.startsWith("model name")).findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .or(() -> Optional.ofNullable(System.getenv("PROCESSOR_IDENTIFIER")));
        } catch (IOException e) {
            // some systems forbid it
            return Optional.empty();
        }
    }
}
