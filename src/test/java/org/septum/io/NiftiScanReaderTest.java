package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class NiftiScanReaderTest {

    @TempDir
    Path folder;

    /** A header of 2×3×4 voxels, voxel size 2 × 3 × 4 mm, made by the byte table of nifti1.h. */
    private static ByteBuffer first(ByteOrder order, int datatype, int bytes) {
        ByteBuffer out = ByteBuffer.allocate(352 + 24 * bytes).order(order);
        out.putInt(0, 348).putShort(40, (short) 3).putShort(42, (short) 2).putShort(44, (short) 3).putShort(46,
                (short) 4);
        out.putShort(70, (short) datatype).putShort(72, (short) (8 * bytes));
        out.putFloat(76, 1).putFloat(80, 2).putFloat(84, 3).putFloat(88, 4).putFloat(108, 352);
        out.put(123, (byte) 2).put(344, new byte[] { 'n', '+', '1', 0 });
        return out.position(352);
    }

    private Scan read(ByteBuffer file) throws IOException {
        return ScanFiles.read(Files.write(folder.resolve("x.nii"), file.array()));
    }

    @Test
    void takesTheSformBeforeTheQformAndTurnsRasIntoLps() throws IOException {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 4, 2);
        file.putShort(252, (short) 1).putShort(254, (short) 2);
        // x runs to Anterior, y to Right, z to Inferior.
        float[] rows = { 0, 3, 0, 10, 2, 0, 0, 20, 0, 0, -4, 30 };
        for (int i = 0; i < 12; i++)
            file.putFloat(280 + 4 * i, rows[i]);
        assertThat(read(file).geometry()).isEqualTo(new ScanGeometry(new Vector3(2, 3, 4), new Vector3(-10, -20, 30),
                new Direction(new Vector3(0, -1, 0), new Vector3(-1, 0, 0), new Vector3(0, 0, -1))));
    }

    @Test
    void takesTheQformIfThereIsNoSform() throws IOException {
        ByteBuffer file = first(ByteOrder.BIG_ENDIAN, 4, 2);
        // A quarter turn about z takes Right to Anterior and Anterior to Left; the flip then takes z to Inferior.
        file.putShort(252, (short) 1).putFloat(76, -1).putFloat(264, (float) Math.sqrt(0.5));
        file.putFloat(268, 10).putFloat(272, 20).putFloat(276, 30);
        ScanGeometry expected = new ScanGeometry(new Vector3(2, 3, 4), new Vector3(-10, -20, 30),
                new Direction(new Vector3(0, -1, 0), new Vector3(1, 0, 0), new Vector3(0, 0, -1)));
        assertThat(read(file).geometry().isCloseTo(expected, 1e-6)).isTrue();
    }

    @Test
    void takesTheVoxelSizeAloneAsRas() throws IOException {
        Scan scan = read(first(ByteOrder.LITTLE_ENDIAN, 4, 2));
        assertThat(scan.geometry()).isEqualTo(new ScanGeometry(new Vector3(2, 3, 4), Vector3.ZERO,
                new Direction(new Vector3(-1, 0, 0), new Vector3(0, -1, 0), new Vector3(0, 0, 1))));
        assertThat(scan.notes()).anyMatch(n -> n.contains("neither sform nor qform"));
    }

    @Test
    void readsMicrometresAsMillimetres() throws IOException {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 4, 2).put(123, (byte) 3);
        assertThat(read(file).geometry().spacing().distanceTo(new Vector3(0.002, 0.003, 0.004))).isLessThan(1e-9);
    }

    @Test
    void appliesTheScaleAndReadsZeroAsNoScale() throws IOException {
        ByteBuffer file = first(ByteOrder.BIG_ENDIAN, 4, 2).putFloat(112, 0.5f).putFloat(116, -1024);
        for (int i = 0; i < 24; i++)
            file.putShort((short) (-100 * i));
        // Voxel (1, 2, 3) is the last of 24.
        assertThat(read(file).pixels().getAt(1, 2, 3, 0).get()).isEqualTo(-2300 * 0.5f - 1024);
        assertThat(read(file.putFloat(112, 0)).pixels().getAt(1, 2, 3, 0).get()).isEqualTo(-2300);
    }

    @ParameterizedTest
    @ValueSource(ints = { 2, 4, 8, 16, 64, 256, 512, 768, 1024, 1280 })
    void readsEveryTypeOfNumber(int datatype) throws IOException {
        int bytes = datatype == 2 || datatype == 256 ? 1
                : datatype == 4 || datatype == 512 ? 2 : datatype == 64 || datatype >= 1024 ? 8 : 4;
        ByteBuffer file = first(ByteOrder.BIG_ENDIAN, datatype, bytes);
        boolean unsigned = datatype == 2 || datatype == 512 || datatype == 768 || datatype == 1280;
        for (int i = 0; i < 24; i++) {
            int v = unsigned ? 200 - i : i - 100;
            switch (bytes) {
                case 1 -> file.put((byte) v);
                case 2 -> file.putShort((short) v);
                case 4 -> file.putInt(datatype == 16 ? Float.floatToIntBits(v) : v);
                default -> file.putLong(datatype == 64 ? Double.doubleToLongBits(v) : v);
            }
        }
        assertThat(read(file).pixels().getAt(1, 0, 3, 0).get()).isEqualTo(unsigned ? 200 - 19 : 19 - 100);
    }

    @Test
    void readsColoursAsThreeChannels() throws IOException {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 128, 3);
        for (int i = 0; i < 72; i++)
            file.put((byte) i);
        Scan scan = read(file);
        assertThat(scan.channels()).isEqualTo(3);
        assertThat(scan.modality()).isEqualTo(Modality.RGB);
        assertThat(scan.pixels().getAt(1, 0, 3, 2).get()).isEqualTo(19 * 3 + 2);
    }

    @Test
    void readsTheSecondVersion() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(544 + 48).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0, 540).put(4, new byte[] { 'n', '+', '2', 0 }).putShort(12, (short) 512).putShort(14, (short) 16);
        file.putLong(16, 3).putLong(24, 2).putLong(32, 3).putLong(40, 4).putLong(168, 544);
        file.putDouble(104, 1).putDouble(112, 2).putDouble(120, 3).putDouble(128, 4).putDouble(176, 2).putDouble(184,
                1);
        file.putInt(344, 1).putInt(500, 2).putDouble(376, 10).putDouble(384, 20).putDouble(392, 30);
        file.putShort(544 + 46, (short) 60000);
        Scan scan = read(file);
        assertThat(scan.pixels().getAt(1, 2, 3, 0).get()).isEqualTo(120001);
        assertThat(scan.geometry().origin()).isEqualTo(new Vector3(-10, -20, 30));
        assertThat(scan.geometry().spacing()).isEqualTo(new Vector3(2, 3, 4));
    }

    @Test
    void makesValuesFiniteAndSaysSo() throws IOException {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 16, 4);
        file.putFloat(Float.NaN).putFloat(3).putFloat(Float.NEGATIVE_INFINITY);
        Scan scan = read(file);
        assertThat(scan.pixels().getAt(0, 0, 0, 0).get()).isZero();
        assertThat(scan.pixels().getAt(1, 0, 0, 0).get()).isEqualTo(3);
        assertThat(scan.notes()).anyMatch(n -> n.startsWith("2 voxels"));
    }

    @Test
    void readsTheVolumeThatIsChosenOfSeveral() throws IOException {
        ByteBuffer file = ByteBuffer.allocate(352 + 3 * 48).order(ByteOrder.LITTLE_ENDIAN);
        file.put(first(ByteOrder.LITTLE_ENDIAN, 4, 2).array(), 0, 352).putShort(40, (short) 4).putShort(48, (short) 3);
        for (int i = 0; i < 72; i++)
            file.putShort((short) i);
        assertThatThrownBy(() -> read(file)).isInstanceOf(SeptumException.class).hasMessageContaining("3 phases")
                .hasMessageContaining("--phase");
        Path path = folder.resolve("x.nii");
        assertThat(ScanFiles.contents(path).get(0).phases()).hasSize(3);
        Scan third = ScanFiles.read(path, ReadOptions.DEFAULT.withPhase(3));
        assertThat(third.pixels().getAt(1, 2, 3, 0).get()).isEqualTo(71);
        assertThat(third.name()).isEqualTo("x_phase03");
        assertThatThrownBy(() -> ScanFiles.read(path, ReadOptions.DEFAULT.withPhase(4)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("1 to 3");
    }

    @ParameterizedTest
    @ValueSource(ints = { 32, 1792, 2048 })
    void refusesComplexNumbers(int datatype) {
        assertThatThrownBy(() -> read(first(ByteOrder.LITTLE_ENDIAN, datatype, 8))).isInstanceOf(SeptumException.class)
                .hasMessageContaining("complex").hasMessageContaining("magnitude");
    }

    @Test
    void leavesTheTransparencyOfFourSamplesOut() throws IOException {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 2304, 4);
        for (int i = 0; i < 96; i++)
            file.put((byte) i);
        Scan scan = read(file);
        assertThat(scan.channels()).isEqualTo(3);
        assertThat(scan.pixels().getAt(1, 0, 3, 2).get()).isEqualTo(19 * 4 + 2);
    }

    @Test
    void refusesSizesThatTheFileCannotHold() {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 4, 2).putShort(42, (short) 32767).putShort(44, (short) 32767);
        assertThatThrownBy(() -> read(file)).isInstanceOf(SeptumException.class).hasMessageContaining("cannot hold");
    }

    @Test
    void readsScansItWroteAsWholeNumbersOrFloats() {
        for (float factor : new float[] { 1, 0.37f }) {
            Scan scan = Phantoms.scan("s", Phantoms.oblique(), Modality.OTHER, 37, 52, 30);
            scan.pixels().forEach(v -> v.set(v.get() * factor));
            for (String extension : new String[] { ".nii", ".nii.gz" }) {
                Path file = folder.resolve("s" + factor + extension);
                NiftiScanWriter.write(scan, file, false);
                DicomScanReaderTest.assertSameScan(ScanFiles.read(file), scan);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = { 0, 3, 100, 347, 400, 2000 })
    void saysInOneLineThatAFileIsCutShort(int length) throws IOException {
        for (String extension : new String[] { ".nii", ".nii.gz" }) {
            Path file = folder.resolve("cut" + extension);
            NiftiScanWriter.write(Phantoms.scan("s", Phantoms.oblique(), Modality.OTHER, 37, 52, 30), file, true);
            Files.write(file, Arrays.copyOf(Files.readAllBytes(file), length));
            assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class)
                    .hasMessageContaining("cut" + extension).message().doesNotContain("\n");
        }
    }

    @Test
    void readsAPairOfHeaderAndImage() throws IOException {
        ByteBuffer file = first(ByteOrder.LITTLE_ENDIAN, 4, 2).put(345, (byte) 'i').putFloat(108, 0);
        file.putShort(352 + 46, (short) 77);
        Path header = Files.write(folder.resolve("p.hdr"), Arrays.copyOf(file.array(), 348));
        Path image = Files.write(folder.resolve("p.img"), Arrays.copyOfRange(file.array(), 352, 400));
        assertThat(ScanFiles.read(header).pixels().getAt(1, 2, 3, 0).get()).isEqualTo(77);
        assertThat(ScanFiles.read(image).pixels().getAt(1, 2, 3, 0).get()).isEqualTo(77);
    }

    @Test
    void namesPhasesAlikeInEveryLanguage() throws IOException {
        Path path = folder.resolve("time.nii");
        ByteBuffer header = ByteBuffer.allocate(352 + 2 * 2 * 2 * 3).order(ByteOrder.LITTLE_ENDIAN);
        header.putInt(0, 348).putShort(40, (short) 4).putShort(70, (short) 2).putShort(72, (short) 8);
        short[] size = { 2, 2, 2, 3 };
        for (int d = 0; d < size.length; d++)
            header.putShort(42 + 2 * d, size[d]).putFloat(80 + 4 * d, 1);
        header.putFloat(108, 352).put(123, (byte) 2).put(344, new byte[] { 'n', '+', '1', 0 });
        Files.write(path, header.array());
        Locale before = Locale.getDefault();
        Locale.setDefault(Locale.forLanguageTag("ar-EG"));
        try {
            assertThat(ScanFiles.read(path, ReadOptions.DEFAULT.withPhase(3)).name()).isEqualTo("time_phase03");
        } finally {
            Locale.setDefault(before);
        }
    }
}
