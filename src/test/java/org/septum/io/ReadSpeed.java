package org.septum.io;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;

import org.septum.core.Scan;

/**
 * Times how long a scan takes to read, every pixel included; for bench/read_speed.py. Prints for each run the seconds,
 * and the greatest heap in use as a multiple of the pixels as floats.
 */
final class ReadSpeed {

    private ReadSpeed() {
    }

    /**
     * @param args
     *            a path and the number of runs
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        Path path = Path.of(args[0]);
        for (int run = 0; run < Integer.parseInt(args[1]); run++) {
            System.gc();
            AtomicLong peak = new AtomicLong();
            Thread watch = watch(peak);
            long start = System.nanoTime();
            Scan scan = ScanFiles.read(path);
            // One pixel of a plane makes the whole plane be read.
            for (long z = 0; z < scan.size(2); z++)
                scan.pixels().getAt(0, 0, z, 0).get();
            double seconds = (System.nanoTime() - start) / 1e9;
            watch.interrupt();
            watch.join();
            double[] sum = new double[1];
            scan.pixels().forEach(v -> sum[0] += v.get());
            double bytes = 4.0 * scan.size(0) * scan.size(1) * scan.size(2);
            System.out.printf(Locale.ROOT, "septum %.3f s, peak heap %.2f times the pixels, mean %.6f%n", seconds,
                    peak.get() / bytes, sum[0] / (bytes / 4));
        }
    }

    private static Thread watch(AtomicLong peak) {
        Thread thread = new Thread(() -> {
            Runtime runtime = Runtime.getRuntime();
            while (!Thread.currentThread().isInterrupted()) {
                peak.accumulateAndGet(runtime.totalMemory() - runtime.freeMemory(), Math::max);
                try {
                    Thread.sleep(2);
                } catch (InterruptedException e) {
                    return;
                }
            }
        });
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
