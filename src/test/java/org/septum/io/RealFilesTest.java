package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import net.imglib2.RandomAccessibleInterval;
import net.imglib2.type.numeric.real.FloatType;

import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabels;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/** Files of other programs against values that other programs read from them. */
class RealFilesTest {

    private static List<Map<String, String>> table(Path csv) throws IOException {
        List<String> lines = Files.readAllLines(csv);
        List<String> names = cells(lines.get(0));
        List<Map<String, String>> rows = new ArrayList<>();
        for (String line : lines.subList(1, lines.size())) {
            List<String> cells = cells(line);
            Map<String, String> row = new HashMap<>();
            for (int i = 0; i < names.size(); i++)
                row.put(names.get(i), i < cells.size() ? cells.get(i) : "");
            rows.add(row);
        }
        return rows;
    }

    private static List<String> cells(String line) {
        return List.of(line.split(",(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", -1)).stream().map(c -> c.replace("\"", ""))
                .toList();
    }

    private static double[] numbers(String list) {
        return Arrays.stream(list.replaceAll("[^0-9., -]", "").split(",")).map(String::strip).filter(s -> !s.isEmpty())
                .mapToDouble(Double::parseDouble).toArray();
    }

    private static void assertStatistics(SoftAssertions softly, Scan scan, Map<String, String> row, double slope,
            double intercept) {
        double min = Double.POSITIVE_INFINITY;
        double max = Double.NEGATIVE_INFINITY;
        double sum = 0;
        long n = 0;
        for (var v : scan.pixels()) {
            min = Math.min(min, v.get());
            max = Math.max(max, v.get());
            sum += v.get();
            n++;
        }
        // The tables leave out what is not finite, which is read as 0.
        long bad = scan.notes().stream().filter(m -> m.contains("NaN"))
                .mapToLong(m -> Long.parseLong(m.replaceFirst(" .*", ""))).sum();
        if (bad > 0) {
            softly.assertThat(sum / (n - bad)).as("mean of " + row.get("file"))
                    .isCloseTo(Double.parseDouble(row.get("mean")), within(1e-3));
            return;
        }
        double lowest = Double.parseDouble(row.get("min")) * slope + intercept;
        double highest = Double.parseDouble(row.get("max")) * slope + intercept;
        double mean = Double.parseDouble(row.get("mean")) * slope + intercept;
        String file = row.get("file");
        softly.assertThat(min).as("min of " + file).isCloseTo(lowest, within(1e-3 + 1e-6 * Math.abs(lowest)));
        softly.assertThat(max).as("max of " + file).isCloseTo(highest, within(1e-3 + 1e-6 * Math.abs(highest)));
        boolean lossyColour = row.getOrDefault("transfer_syntax", "").contains("Process 1)");
        softly.assertThat(sum / n).as("mean of " + file).isCloseTo(mean,
                within(lossyColour ? 0.05 : 1e-4 * Math.abs(slope) + 1e-6 * Math.abs(mean) + 1e-3));
    }

    /** nibabel's name of the way each axis runs: for LPS vectors the letter of the greatest component. */
    private static String axisCodes(Scan scan) {
        StringBuilder codes = new StringBuilder();
        for (int d = 0; d < 3; d++) {
            Vector3 v = scan.geometry().direction().axis(d);
            int greatest = 0;
            for (int i = 1; i < 3; i++)
                if (Math.abs(v.get(i)) > Math.abs(v.get(greatest)))
                    greatest = i;
            codes.append("LPSRAI".charAt(v.get(greatest) > 0 ? greatest : greatest + 3));
        }
        return codes.toString();
    }

    @Test
    void readsNiftiLikeNibabel() throws IOException {
        Path folder = Phantoms.shared("formats");
        SoftAssertions softly = new SoftAssertions();
        int read = 0;
        for (Map<String, String> row : table(folder.resolve("manifest-nifti.csv"))) {
            if (!row.get("type").startsWith("Nifti"))
                continue;
            double[] shape = numbers(row.get("shape"));
            Path file = folder.resolve(row.get("file"));
            if (shape.length > 3) {
                softly.assertThatThrownBy(() -> ScanFiles.read(file)).as("%s", file).isInstanceOf(SeptumException.class)
                        .hasMessageContaining("volumes");
                continue;
            }
            Scan scan = ScanFiles.read(file);
            read++;
            double[] spacing = numbers(row.get("zooms"));
            for (int d = 0; d < 3; d++) {
                softly.assertThat(scan.size(d)).as("size " + d + " of " + file).isEqualTo((long) shape[d]);
                softly.assertThat(scan.geometry().spacing().get(d)).as("spacing " + d + " of " + file)
                        .isCloseTo(spacing[d], within(1e-3));
            }
            softly.assertThat(axisCodes(scan)).as("axes of " + file).isEqualTo(row.get("axcodes"));
            assertStatistics(softly, scan, row, 1, 0);
        }
        softly.assertThat(read).isGreaterThan(12);
        softly.assertAll();
    }

    @Test
    void readsDicomLikePydicomOrNotAtAll() throws IOException {
        Path folder = Phantoms.shared("formats");
        SoftAssertions softly = new SoftAssertions();
        Map<String, Integer> byFolder = new HashMap<>();
        int read = 0;
        for (Map<String, String> row : table(folder.resolve("manifest-dicom.csv"))) {
            if (!row.get("pixels").equals("ok"))
                continue;
            Path file = folder.resolve(row.get("file"));
            Scan scan;
            try {
                scan = new Scan("one slice", plane(file), ScanGeometry.UNKNOWN, Modality.OTHER, List.of());
            } catch (SeptumException e) {
                byFolder.merge(e.getMessage().replaceFirst("^\\S+ ", ""), 1, Integer::sum);
                continue;
            }
            read++;
            double slope = row.get("slope").isEmpty() ? 1 : Double.parseDouble(row.get("slope"));
            double intercept = row.get("intercept").isEmpty() ? 0 : Double.parseDouble(row.get("intercept"));
            if (row.get("photometric").equals("MONOCHROME1"))
                continue;
            assertStatistics(softly, scan, row, slope, intercept);
        }
        softly.assertThat(read).as("files read; refused: %s", byFolder).isGreaterThan(90);
        softly.assertAll();
    }

    private static RandomAccessibleInterval<FloatType> plane(Path file) throws IOException {
        DicomFile dicom = DicomFile.parse(file);
        DicomPixels pixels = new DicomPixels(dicom);
        pixels.requireReadable();
        int samples = dicom.number(DicomFile.SAMPLES, 1);
        long[] size = { dicom.number(DicomFile.COLUMNS, 0), dicom.number(DicomFile.ROWS, 0), 1, samples };
        return PlaneCells.image("x", size, (z, channel) -> pixels.plane(channel));
    }

    @Test
    void readsACtSeriesInHounsfieldUnits() throws IOException {
        Scan scan = ScanFiles.read(Phantoms.shared("formats/dicom/ct_liver/series"));
        assertThat(scan.shape()).isEqualTo("512×512×3");
        assertThat(scan.modality()).isEqualTo(Modality.CT);
        float lowest = Float.MAX_VALUE;
        for (var v : scan.pixels())
            lowest = Math.min(lowest, v.get());
        assertThat(lowest).isEqualTo(-2000 - 1024);
        Scan head = ScanFiles.read(Phantoms.shared("formats/dicom/philips_ct/S21570/S2010"));
        assertThat(head.size(2)).isEqualTo(28);
    }

    @Test
    void refusesACineSeriesAndNamesItsPhases() {
        Path series = Phantoms.shared("sunnybrook/cine_series");
        assertThatThrownBy(() -> ScanFiles.read(series)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("20 images at each of 10 positions");
    }

    @Test
    void readsEveryHippocampusInMilliseconds() throws IOException {
        Path folder = Phantoms.shared("Dataset004_Hippocampus");
        ClassLabels labels = ClassLabels.of("background", "anterior", "posterior");
        List<ScanSource> masks = ScanFiles.find(List.of(folder.resolve("labelsTr")));
        ScanFiles.readMask(masks.get(0).path(), labels);
        long start = System.nanoTime();
        for (var source : masks)
            assertThat(ScanFiles.readMask(source.path(), labels).count(1)).as(source.name()).isPositive();
        double milliseconds = (System.nanoTime() - start) / 1e6 / masks.size();
        assertThat(milliseconds).as("ms a mask").isLessThan(50);
    }
}
