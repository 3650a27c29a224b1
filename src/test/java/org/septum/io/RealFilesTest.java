package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/** Files of other programs against values that other programs read from them. */
class RealFilesTest {

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
    void placesSegmentationsAndMultiFrameImagesWhereTheirSeriesLies() {
        Scan liver = ScanFiles.read(Phantoms.shared("formats/dicom/ct_liver/series"));
        Path segments = Phantoms.shared("formats/dicom/ct_liver/liver_seg.dcm");
        LabelMask mask = ScanFiles.readMask(segments, ScanFiles.labelsOf(segments).orElseThrow());
        assertThat(mask.geometry().isCloseTo(liver.geometry(), 1e-4)).as("%s, %s", mask.geometry(), liver.geometry())
                .isTrue();
        assertThat(mask.shape()).isEqualTo(liver.shape());
        // Liver in HU: outside of it there is air, too.
        double inside = 0;
        for (int z = 0; z < 3; z++)
            for (int y = 0; y < 512; y++)
                for (int x = 0; x < 512; x++)
                    if (mask.pixels().getAt(x, y, z).get() == 1)
                        inside += liver.pixels().getAt(x, y, z, 0).get();
        assertThat(inside / mask.count(1)).isBetween(0.0, 200.0);
        Scan series = ScanFiles.read(Phantoms.shared("formats/dicom/seg_24x38x3/image"));
        Scan frames = ScanFiles.read(Phantoms.shared("formats/dicom/seg_24x38x3/multiframe/mf.dcm"));
        DicomScanReaderTest.assertSameScan(frames, series);
    }

    @Test
    void readsEachPhaseOfACineSeries() {
        Path series = Phantoms.shared("sunnybrook/cine_series");
        assertThatThrownBy(() -> ScanFiles.read(series)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("20 phases").hasMessageContaining("1: trigger time 10 ms")
                .hasMessageContaining("20: trigger time 886 ms");
        ScanContent content = ScanFiles.contents(series).get(0);
        assertThat(content.size()).containsExactly(256L, 256L, 10L);
        assertThat(content.phases()).hasSize(20).contains("trigger time 333 ms");
        assertThat(content.problem()).isEmpty();
        Scan eighth = ScanFiles.read(series, ReadOptions.DEFAULT.withPhase(8));
        assertThat(eighth.shape()).isEqualTo("256×256×10");
        assertThat(eighth.name()).isEqualTo("cine_series_phase08");
        assertThat(eighth.notes()).anyMatch(n -> n.contains("333 ms"));
        assertThat(eighth.geometry().spacing().z()).isCloseTo(8, within(0.02));
        // Along the normal the slices run from the last position of the acquisition to the first, or back.
        double first = eighth.geometry().origin().distanceTo(new Vector3(-28.7592, -199.666, 111.184));
        double last = eighth.geometry().origin().distanceTo(new Vector3(16.6662, -247.248, 81.9175));
        assertThat(Math.min(first, last)).isLessThan(1e-6);
        float at = eighth.pixels().getAt(128, 128, 5, 0).get();
        assertThat(ScanFiles.read(series, ReadOptions.DEFAULT.withPhase(1)).pixels().getAt(128, 128, 5, 0).get())
                .isNotEqualTo(at);
    }

    @Test
    void readsEveryHippocampusInMilliseconds() throws IOException {
        Path folder = Phantoms.shared("Dataset004_Hippocampus");
        ClassLabels labels = ClassLabels.of("background", "anterior", "posterior");
        List<ScanSource> masks = ScanFiles.find(List.of(folder.resolve("labelsTr")));
        ScanFiles.readMask(masks.get(0).path(), labels);
        // time of the processor: what else the machine does is not the reader's fault
        ThreadMXBean processor = ManagementFactory.getThreadMXBean();
        long start = processor.getCurrentThreadCpuTime();
        for (var source : masks)
            assertThat(ScanFiles.readMask(source.path(), labels).count(1)).as(source.name()).isPositive();
        double milliseconds = (processor.getCurrentThreadCpuTime() - start) / 1e6 / masks.size();
        assertThat(milliseconds).as("ms a mask").isLessThan(50);
    }
}
