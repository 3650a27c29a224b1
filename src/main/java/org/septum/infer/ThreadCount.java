package org.septum.infer;

import java.util.Map;

/** How many threads to use: all that this process may have. */
public final class ThreadCount {

    private ThreadCount() {
    }

    /**
     * The processors that the JVM sees, or fewer where {@code SLURM_CPUS_PER_TASK} or {@code OMP_NUM_THREADS} say so.
     */
    public static int available() {
        return available(System.getenv(), Runtime.getRuntime().availableProcessors());
    }

    static int available(Map<String, String> environment, int processors) {
        int threads = processors;
        for (String name : new String[] { "SLURM_CPUS_PER_TASK", "OMP_NUM_THREADS" }) {
            String value = environment.getOrDefault(name, "").strip();
            if (value.matches("[1-9]\\d{0,5}"))
                threads = Math.min(threads, Integer.parseInt(value));
        }
        return Math.max(1, threads);
    }
}
