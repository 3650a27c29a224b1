package org.septum.io;

import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Scan;
import org.septum.core.SeptumException;

/** Every file of a collection of formats against what pydicom and nibabel read from it. */
class FormatsTableTest {

    /** Files that pydicom reads and Septum refuses, though their transfer syntax is read, and why. */
    private static final Map<String, String> REFUSED_NEVERTHELESS = Map.of("GDCMJ2K_TextGBR.dcm",
            "tiles in several parts, which Bio-Formats decodes wrongly", "test.mgz",
            "its directions are no unit vectors");

    @TempDir
    Path folder;

    /** Least, greatest and mean value over all phases. */
    private static final class Statistics {

        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum;
        long n;
        long bad;

        void add(Scan scan) {
            for (var v : scan.pixels()) {
                min = Math.min(min, v.get());
                max = Math.max(max, v.get());
                sum += v.get();
                n++;
            }
            bad += scan.notes().stream().filter(m -> m.contains("NaN"))
                    .mapToLong(m -> Long.parseLong(m.replaceFirst(" .*", ""))).sum();
        }

        void assertLike(SoftAssertions softly, Reference row, double lossy) {
            double slope = row.number("slope", 1);
            double intercept = row.number("intercept", 0);
            double lowest = row.number("min", 0) * slope + intercept;
            double highest = row.number("max", 0) * slope + intercept;
            double average = row.number("mean", 0) * slope + intercept;
            if (row.text("photometric").equals("MONOCHROME1")) {
                double flip = slope * ((1L << (int) row.number("bits_stored", 16)) - 1) + 2 * intercept;
                double swapped = flip - lowest;
                lowest = flip - highest;
                highest = swapped;
                average = flip - average;
            }
            softly.assertThat(sum / (n - bad)).as("mean of " + row.file()).isCloseTo(average,
                    within(lossy + 1e-4 * Math.abs(slope) + 1e-6 * Math.abs(average) + 1e-3));
            // The tables leave out what is not finite, which is read as 0.
            if (bad > 0)
                return;
            softly.assertThat(min).as("min of " + row.file()).isCloseTo(lowest,
                    within(20 * lossy + 1e-3 + 1e-6 * Math.abs(lowest)));
            softly.assertThat(max).as("max of " + row.file()).isCloseTo(highest,
                    within(20 * lossy + 1e-3 + 1e-6 * Math.abs(highest)));
        }
    }

    @Test
    void readsDicomLikePydicomOrSaysWhyNot() throws IOException {
        Path formats = Phantoms.shared("formats");
        SoftAssertions softly = new SoftAssertions();
        Map<String, Map<String, List<String>>> outcomes = new TreeMap<>();
        for (Reference row : Reference.table(formats.resolve("manifest-dicom.csv"))) {
            Path own = Files.createDirectory(folder.resolve(Integer.toString(folder.toFile().list().length)));
            Path file = Files.copy(formats.resolve(row.file()), own.resolve(row.file().replaceFirst(".*/", "")));
            String outcome = dicomOutcome(softly, row, file);
            if (!row.text("rows").isEmpty())
                outcomes.computeIfAbsent(row.text("transfer_syntax"), k -> new TreeMap<>())
                        .computeIfAbsent(row.text("photometric") + ": " + outcome, k -> new ArrayList<>())
                        .add(file.getFileName().toString());
        }
        FormatsDocument.check(softly, outcomes);
        softly.assertAll();
    }

    /** "read", or why not. */
    private static String dicomOutcome(SoftAssertions softly, Reference row, Path file) {
        boolean reference = row.text("pixels").equals("ok");
        try {
            List<String> phases = ScanFiles.contents(file).get(0).phases();
            Statistics all = new Statistics();
            Scan last = null;
            for (int phase = 1; phase <= phases.size(); phase++)
                all.add(last = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(phase)));
            softly.assertThat(reference)
                    .as("%s is read, though its reference is \"%s\"", row.file(), row.text("pixels")).isTrue();
            double[] shape = row.numbers("shape");
            int first = row.text("frames").isEmpty() || shape.length < 3 || shape.length == 3 && shape[2] == 3 ? 0 : 1;
            softly.assertThat(last.size(0)).as("columns of " + row.file()).isEqualTo((long) shape[first + 1]);
            softly.assertThat(last.size(1)).as("rows of " + row.file()).isEqualTo((long) shape[first]);
            softly.assertThat(last.size(2) * phases.size()).as("frames of " + row.file())
                    .isEqualTo(first == 1 ? (long) shape[0] : 1);
            assertType(softly, row, file);
            if (row.text("photometric").equals("PALETTE COLOR"))
                softly.assertThat(last.channels()).as("channels of " + row.file()).isEqualTo(3);
            else
                all.assertLike(softly, row, row.text("transfer_syntax").matches(".*Process (1|2 and 4)\\)") ? 0.05 : 0);
            return "read";
        } catch (SeptumException e) {
            softly.assertThat(e.getMessage()).as("%s", row.file()).contains(file.getFileName().toString())
                    .doesNotContain("\n");
            if (reference && !REFUSED_NEVERTHELESS.containsKey(file.getFileName().toString())
                    && DicomCodecs.decodes(DicomFile.parse(file).transferSyntax()))
                softly.fail("%s is refused: %s", row.file(), e.getMessage());
            return e.getMessage().replace(file.toString(), "").strip();
        }
    }

    private static void assertType(SoftAssertions softly, Reference row, Path file) {
        DicomLayout layout = DicomLayout.of(DicomFile.parse(file));
        String type = (layout.signed() ? "" : "u") + "int" + Math.max(8, layout.allocated());
        String expected = row.text("dtype").replaceFirst("^>u(\\d)$", "uint$1").replaceFirst("^>i(\\d)$", "int$1");
        softly.assertThat(type).as("type of " + row.file()).isIn(expected,
                expected.replace("int2", "int16").replace("int4", "int32"));
    }

    @Test
    void readsNiftiLikeNibabelOrSaysWhyNot() throws IOException {
        Path formats = Phantoms.shared("formats");
        SoftAssertions softly = new SoftAssertions();
        int read = 0;
        for (Reference row : Reference.table(formats.resolve("manifest-nifti.csv"))) {
            Path file = formats.resolve(row.file());
            try {
                List<String> phases = ScanFiles.contents(file).get(0).phases();
                double[] shape = row.numbers("shape");
                Statistics all = new Statistics();
                for (int phase = 1; phase <= phases.size(); phase++) {
                    Scan scan = ScanFiles.read(file, ReadOptions.DEFAULT.withPhase(phase));
                    all.add(scan);
                    double[] spacing = row.numbers("zooms");
                    for (int d = 0; d < 3; d++) {
                        softly.assertThat(scan.size(d)).as("size " + d + " of " + file).isEqualTo((long) shape[d]);
                        softly.assertThat(scan.geometry().spacing().get(d)).as("spacing " + d + " of " + file)
                                .isCloseTo(spacing[d], within(1e-3));
                    }
                    softly.assertThat(Reference.axisCodes(scan)).as("axes of " + file).isEqualTo(row.text("axcodes"));
                    softly.assertThat(Reference.obliquity(scan)).as("degrees off the axes of " + file)
                            .isCloseTo(row.number("obliquity_deg", 0), within(0.06));
                }
                softly.assertThat(phases.size()).as("volumes of " + file)
                        .isEqualTo(shape.length > 3 ? (int) shape[3] : 1);
                all.assertLike(softly, row, 0);
                read++;
            } catch (SeptumException e) {
                boolean known = REFUSED_NEVERTHELESS.containsKey(file.getFileName().toString());
                softly.assertThat(row.text("type")).as("%s is refused: %s", row.file(), e.getMessage())
                        .doesNotStartWith("Nifti").doesNotStartWith(known ? "Nifti" : "MGH");
                softly.assertThat(e.getMessage()).contains(file.getFileName().toString()).doesNotContain("\n");
            }
        }
        softly.assertThat(read).as("NIfTI files read").isEqualTo(18);
        softly.assertAll();
    }
}
