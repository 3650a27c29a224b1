package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.DicomOrigin;
import org.septum.core.DicomOrigin.SourceImage;
import org.septum.core.Modality;
import org.septum.core.Scan;

class DicomOriginsTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({ "ISO_IR 100, ISO-8859-1, Müller^Ève", "ISO_IR 144, ISO-8859-5, Люкceмбypг", "ISO_IR 192, UTF-8, 王^小東",
            "GB18030, GB18030, 王^小东", "'', US-ASCII, Smith^John", "\\ISO 2022 IR 87, ISO-2022-JP, Yamada^Tarou=山田^太郎" })
    void readsNamesInTheirCharacterSet(String set, String charset, String name) {
        DicomOrigin origin = DicomOrigins.of(List.of(frame(Map.of(0x00080005, set, 0x00100010,
                new String(name.getBytes(Charset.forName(charset)), StandardCharsets.ISO_8859_1)))));
        assertThat(origin.patient().name()).isEqualTo(name);
        assertThat(origin.isKnown()).isFalse();
        assertThat(origin.images()).as("an image without UIDs").isEmpty();
    }

    private static DicomFrame frame(Map<Integer, String> tags) {
        return DicomFrame.of(new DicomFile(Path.of("x"), new DicomDataset(tags, Map.of()), "", 0, 0, 0)).get(0);
    }

    @Test
    void namesTheFramesOfOneFile() {
        DicomFile file = new DicomFile(Path.of("x"),
                new DicomDataset(
                        Map.of(DicomFile.FRAMES, "3", DicomFile.SOP_CLASS, "1.2", DicomFile.SOP_INSTANCE, "3.4"),
                        Map.of()),
                "", 0, 0, 0);
        assertThat(DicomOrigins.of(DicomFrame.of(file)).images()).containsExactly(new SourceImage("1.2", "3.4", 1),
                new SourceImage("1.2", "3.4", 2), new SourceImage("1.2", "3.4", 3));
    }

    @Test
    void dropsTheEscapesOfKorean() {
        String name = "Hong^Gildong=\u001b$)C홍^\u001b$)C길동";
        byte[] bytes = name.getBytes(Charset.forName("EUC-KR"));
        DicomOrigin origin = DicomOrigins.of(List.of(frame(
                Map.of(0x00080005, "\\ISO 2022 IR 149", 0x00100010, new String(bytes, StandardCharsets.ISO_8859_1)))));
        assertThat(origin.patient().name()).isEqualTo("Hong^Gildong=홍^길동");
    }

    @Test
    void namesTheImageOfEachSlice() throws IOException {
        Scan scan = Phantoms.scan("ct", Phantoms.oblique(), Modality.CT, 7, 5, 3);
        DicomSeriesWriter.write(scan, folder, false);
        DicomOrigin origin = ScanFiles.read(folder).dicom();
        assertThat(origin.isKnown()).isTrue();
        assertThat(origin.patient().name()).isEqualTo("Septum^Sample");
        assertThat(origin.patient().id()).isEqualTo("ct");
        assertThat(origin.study().date()).isEqualTo("20260101");
        for (int z = 0; z < 3; z++) {
            DicomTree image = DicomTree.read(folder.resolve("IM000%d.dcm".formatted(z + 1)));
            assertThat(origin.images().get(z))
                    .isEqualTo(new SourceImage(image.text(0x00080016), image.text(0x00080018), 0));
            assertThat(origin.seriesUid()).isEqualTo(image.text(0x0020000e));
            assertThat(origin.frameOfReferenceUid()).isEqualTo(image.text(0x00200052));
        }
    }
}
