package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.imageio.ImageIO;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/**
 * Damaged files: every one ends in a scan or a SeptumException within 5 s of the processor's time, without waiting for
 * ever, and allocates less than 512 MB in all. A failure names the number of its case, which with the seed makes the
 * file again.
 */
class FuzzTest {

    private static final long SEED = 20260101;
    private static final long MOST_BYTES = 512L << 20;
    private static final int SECONDS = 5;
    /** For what waits and does nothing; on a busy machine a file may well take longer than the processor's time. */
    private static final int MOST_SECONDS = 120;
    private static final int[] ODD = { 0, 1, 0x7f, 0x80, 0xff };

    @TempDir
    Path folder;

    private Thread thread;

    @Test
    void endsInAResultOrAReason() throws Exception {
        run(600);
    }

    @Test
    @Tag("long")
    void endsInAResultOrAReasonTwentyThousandTimes() throws Exception {
        run(20_000);
    }

    private void run(int cases) throws Exception {
        Map<String, byte[]> sound = soundFiles();
        String[] names = sound.keySet().toArray(String[]::new);
        ExecutorService reader = Executors.newSingleThreadExecutor(work -> {
            thread = new Thread(work, "fuzz");
            thread.setDaemon(true);
            return thread;
        });
        int read = 0;
        try {
            for (String name : names)
                assertThat(outcome(reader, name, sound.get(name), -1)).as("%s undamaged", name).isEqualTo("read");
            for (int i = 0; i < cases; i++) {
                Random random = new Random(SEED + i);
                String name = names[i % names.length];
                if (outcome(reader, name, damaged(sound.get(name), random), i).equals("read"))
                    read++;
            }
        } finally {
            reader.shutdownNow();
        }
        // A file whose damage does not matter is read; most damage does.
        assertThat(read).as("files read of %s, seed %s", cases, SEED).isBetween(cases / 100, cases * 9 / 10);
    }

    private static byte[] damaged(byte[] sound, Random random) {
        byte[] out = random.nextInt(4) == 0 ? Arrays.copyOf(sound, random.nextInt(sound.length)) : sound.clone();
        int header = Math.min(out.length, random.nextBoolean() ? 600 : 6000);
        for (int n = random.nextInt(5); n >= 0 && header > 8; n--) {
            int at = random.nextInt(header - 8);
            int size = 1 << random.nextInt(4);
            for (int i = 0; i < size; i++)
                out[at + i] = random.nextBoolean() ? (byte) ODD[random.nextInt(ODD.length)]
                        : (byte) random.nextInt(256);
        }
        if (out.length > 300 && random.nextInt(8) == 0)
            System.arraycopy(out, random.nextInt(out.length - 100), out, random.nextInt(out.length - 100), 100);
        return out;
    }

    private String outcome(ExecutorService reader, String name, byte[] bytes, int number) throws Exception {
        Path own = folder.resolve(name.substring(0, name.indexOf('.')));
        Files.createDirectories(own);
        Path file = Files.write(own.resolve(name), bytes);
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long[] allocated = new long[1];
        String what = "case " + number + " of seed " + SEED + " (" + name + ", " + bytes.length + " bytes)";
        try {
            Future<String> future = reader.submit(() -> {
                long before = memory.getCurrentThreadAllocatedBytes();
                try {
                    return look(file);
                } finally {
                    allocated[0] = memory.getCurrentThreadAllocatedBytes() - before;
                }
            });
            String outcome = await(future, memory, what);
            assertThat(allocated[0]).as("bytes allocated by %s", what).isLessThan(MOST_BYTES);
            return outcome;
        } catch (ExecutionException e) {
            return fail(what + " ends in " + e.getCause() + " at " + Arrays.toString(e.getCause().getStackTrace()),
                    e.getCause());
        }
    }

    private String await(Future<String> future, ThreadMXBean processor, String what)
            throws InterruptedException, ExecutionException {
        long before = -1;
        for (int waited = 0; waited < MOST_SECONDS; waited++) {
            try {
                return future.get(1, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                long now = processor.getThreadCpuTime(thread.getId());
                before = before < 0 ? now : before;
                if (now - before > TimeUnit.SECONDS.toNanos(SECONDS))
                    break;
            }
        }
        return fail(what + " takes more than " + SECONDS + " s of the processor or " + MOST_SECONDS + " s in all, at "
                + Arrays.toString(thread.getStackTrace()));
    }

    private static String look(Path file) {
        try {
            int phases = 1;
            for (ScanContent content : ScanFiles.contents(file)) {
                assertThat(content.describe()).isNotEmpty();
                phases = content.phases().size();
            }
            Scan scan = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(phases));
            double sum = 0;
            for (var v : scan.pixels())
                sum += v.get();
            assertThat(sum).isFinite();
            return "read";
        } catch (SeptumException e) {
            assertThat(e.getMessage()).isNotBlank().doesNotContain("\n");
            return e.getMessage();
        }
    }

    /** Small files of every kind, each read in another way. */
    private Map<String, byte[]> soundFiles() throws IOException {
        Map<String, byte[]> files = new LinkedHashMap<>();
        Scan scan = Phantoms.scan("s", Phantoms.oblique(), Modality.MR, 37, 26, 5);
        DicomSeriesWriter.write(Phantoms.scan("one", Phantoms.oblique(), Modality.CT, 37, 26, 1), folder, false);
        files.put("classic.dcm", Files.readAllBytes(folder.resolve("IM0001.dcm")));
        files.put("enhanced.dcm", DicomPhantoms.enhanced(4, 2).file());
        files.put("seg.dcm", DicomPhantoms.segmentation(DicomPhantoms.POSITIONS).file());
        files.put("rle.dcm", DicomPhantoms.rle().file("1.2.840.10008.1.2.5"));
        files.put("jpeg.dcm",
                DicomBuilder.image(16, 16, "1.2", "1.2.3").bits(8, 8).text(DicomFile.PHOTOMETRIC, "CS", "YBR_FULL_422")
                        .uint16(DicomFile.SAMPLES, 3).fragments(picture("jpg", 16)).file("1.2.840.10008.1.2.4.50"));
        files.put("lossless.dcm", DicomPhantoms.lossless(1, 0).file("1.2.840.10008.1.2.4.70"));
        files.put("wide.dcm", DicomPhantoms.wideJpeg().file("1.2.840.10008.1.2.4.51"));
        files.put("ls.dcm", DicomPhantoms.jpegLs().file("1.2.840.10008.1.2.4.80"));
        for (String name : new String[] { "one.nii", "two.nii.gz" }) {
            NiftiScanWriter.write(scan, folder.resolve(name), false);
            files.put(name, Files.readAllBytes(folder.resolve(name)));
        }
        OmeTiffScanWriter.write(scan, folder.resolve("three.ome.tif"), false);
        files.put("three.ome.tif", Files.readAllBytes(folder.resolve("three.ome.tif")));
        files.put("plain.tif", picture("tif", 37));
        files.put("four.png", picture("png", 37));
        files.put("five.png", picture("png", 16));
        files.put("six.jpg", picture("jpg", 37));
        files.put("seven.bmp", picture("bmp", 37));
        byte[] voxels = new byte[7 * 5 * 3 * 2];
        files.put("eight.nrrd",
                joined("NRRD0004\ntype: short\ndimension: 3\nsizes: 7 5 3\nencoding: raw\n"
                        + "endian: little\nspace: LPS\nspace directions: (0.7,0,0) (0,0.9,0) (0,0,2.5)\n"
                        + "space origin: (1,2,3)\n\n", voxels));
        files.put("nine.mha", joined("NDims = 3\nDimSize = 7 5 3\nElementType = MET_SHORT\n"
                + "ElementSpacing = 0.7 0.9 2.5\nElementDataFile = LOCAL\n", voxels));
        ByteBuffer mgh = ByteBuffer.allocate(284 + voxels.length).order(ByteOrder.BIG_ENDIAN);
        mgh.putInt(0, 1).putInt(4, 7).putInt(8, 5).putInt(12, 3).putInt(16, 1).putInt(20, 4);
        files.put("ten.mgh", mgh.array());
        return files;
    }

    private static byte[] joined(String header, byte[] voxels) {
        byte[] head = header.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(head.length + voxels.length).put(head).put(voxels).array();
    }

    private static byte[] picture(String format, int width) throws IOException {
        BufferedImage image = new BufferedImage(width, 16, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < 16; y++)
            for (int x = 0; x < width; x++)
                image.setRGB(x, y, 7 * x << 16 | 5 * y << 8 | x + y);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ImageIO.write(image, format, out);
        return out.toByteArray();
    }
}
