package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.Direction;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/** NRRD, MetaImage and MGH by the bytes of their descriptions. */
class RawFormatsTest {

    /** x runs to Posterior, y to Left, z to Inferior. */
    private static final ScanGeometry GEOMETRY = new ScanGeometry(new Vector3(0.7, 0.9, 2.5), new Vector3(10, -20, 30),
            new Direction(new Vector3(0, 1, 0), new Vector3(1, 0, 0), new Vector3(0, 0, -1)));

    @TempDir
    Path folder;

    /** 7×5×3 voxels, one or several volumes; voxel number i holds i. */
    private static byte[] voxels(ByteOrder order, int count) {
        ByteBuffer out = ByteBuffer.allocate(2 * count).order(order);
        for (int i = 0; i < count; i++)
            out.putShort((short) i);
        return out.array();
    }

    private Path write(String name, String header, byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(data);
        return Files.write(folder.resolve(name), out.toByteArray());
    }

    private static byte[] packed(String encoding, byte[] data) throws IOException {
        if (encoding.equals("raw"))
            return data;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (OutputStream zip = encoding.equals("gzip") ? new GZIPOutputStream(out) : new DeflaterOutputStream(out)) {
            zip.write(data);
        }
        return out.toByteArray();
    }

    private static void assertPhantom(Scan scan) {
        assertThat(scan.shape()).isEqualTo("7×5×3");
        assertThat(scan.geometry().isCloseTo(GEOMETRY, 1e-9)).as("%s", scan.geometry()).isTrue();
        assertThat(scan.pixels().getAt(6, 4, 2, 0).get()).isEqualTo(104);
        assertThat(scan.pixels().getAt(1, 2, 0, 0).get()).isEqualTo(15);
    }

    private static String nrrd(String encoding, String endian) {
        return "NRRD0004\n# a comment\ntype: short\ndimension: 3\nsizes: 7 5 3\nendian: " + endian + "\nencoding: "
                + encoding + "\n";
    }

    @ParameterizedTest
    @CsvSource({ "raw,little", "gzip,big" })
    void readsNrrdInEitherSpace(String encoding, String endian) throws IOException {
        byte[] data = packed(encoding,
                voxels(endian.equals("big") ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, 105));
        assertPhantom(
                ScanFiles.read(write("a.nrrd",
                        nrrd(encoding, endian) + "space: left-posterior-superior\n"
                                + "space directions: (0,0.7,0) (0.9,0,0) (0,0,-2.5)\nspace origin: (10,-20,30)\n\n",
                        data)));
        assertPhantom(
                ScanFiles.read(write("b.nrrd",
                        nrrd(encoding, endian) + "space: RAS\n"
                                + "space directions: (0,-0.7,0) (-0.9,0,0) (0,0,-2.5)\nspace origin: (-10,20,30)\n\n",
                        data)));
        Files.write(folder.resolve("data"), data);
        assertPhantom(ScanFiles.read(write("c.nhdr", nrrd(encoding, endian) + "space: LPS\n"
                + "space directions: (0,0.7,0) (0.9,0,0) (0,0,-2.5)\nspace origin: (10,-20,30)\ndata file: data\n",
                new byte[0])));
    }

    @Test
    void readsColoursAndVolumesOfNrrd() throws IOException {
        Path colours = write("rgb.nrrd", "NRRD0004\ntype: unsigned char\ndimension: 3\nsizes: 3 7 5\n"
                + "kinds: RGB-color domain domain\nencoding: raw\n\n", voxels(ByteOrder.LITTLE_ENDIAN, 53));
        Scan scan = ScanFiles.read(colours);
        assertThat(scan.modality()).isEqualTo(Modality.RGB);
        assertThat(scan.pixels().getAt(2, 1, 0, 0).get()).isZero();
        // Byte (9 * 3 + 1) is the high byte, byte (9 * 3 + 1) - 1 the low one of number 13.
        assertThat(scan.pixels().getAt(6, 0, 0, 2).get()).isEqualTo(10);
        Path volumes = write("4d.nrrd", "NRRD0004\ntype: short\ndimension: 4\nsizes: 7 5 3 2\nendian: little\n"
                + "space: LPS\nspace directions: (0,0.7,0) (0.9,0,0) (0,0,-2.5) none\nspace origin: (10,-20,30)\n"
                + "encoding: raw\n\n", voxels(ByteOrder.LITTLE_ENDIAN, 210));
        assertThat(ScanFiles.contents(volumes).get(0).phases()).hasSize(2);
        assertThat(ScanFiles.read(volumes, ReadOptions.DEFAULT.withPhase(2)).pixels().getAt(0, 0, 0, 0).get())
                .isEqualTo(105);
        assertPhantom(ScanFiles.read(volumes, ReadOptions.DEFAULT.withPhase(1)));
    }

    @Test
    void refusesAnNrrdSpaceItDoesNotKnow() throws IOException {
        Path file = write("a.nrrd",
                nrrd("raw", "little") + "space: scanner-xyz\n" + "space directions: (0,0.7,0) (0.9,0,0) (0,0,-2.5)\n\n",
                voxels(ByteOrder.LITTLE_ENDIAN, 105));
        assertThatThrownBy(() -> ScanFiles.read(file)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("scanner-xyz").hasMessageContaining("a.nrrd");
    }

    @ParameterizedTest
    @ValueSource(strings = { "raw", "zlib" })
    void readsMetaImage(String encoding) throws IOException {
        String header = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n"
                + "CompressedData = " + (encoding.equals("zlib") ? "True" : "False")
                + "\nTransformMatrix = 0 1 0 1 0 0 0 0 -1\nOffset = 10 -20 30\nElementSpacing = 0.7 0.9 2.5\n"
                + "DimSize = 7 5 3\nElementType = MET_SHORT\nElementDataFile = ";
        byte[] data = packed(encoding, voxels(ByteOrder.LITTLE_ENDIAN, 105));
        assertPhantom(ScanFiles.read(write("a.mha", header + "LOCAL\n", data)));
        Files.write(folder.resolve("b.raw"), data);
        assertPhantom(ScanFiles.read(write("b.mhd", header + "b.raw\n", new byte[0])));
        Path absent = write("c.mhd", header + "absent.raw\n", new byte[0]);
        assertThatThrownBy(() -> ScanFiles.read(absent)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("absent.raw");
    }

    @Test
    void readsMghByTheMiddleOfItsVoxels() throws IOException {
        ByteBuffer out = ByteBuffer.allocate(284 + 210);
        out.putInt(0, 1).putInt(4, 7).putInt(8, 5).putInt(12, 3).putInt(16, 1).putInt(20, 4).putShort(28, (short) 1);
        // Axes in RAS, as GEOMETRY has them in LPS.
        float[] numbers = { 0.7f, 0.9f, 2.5f, 0, -1, 0, -1, 0, 0, 0, 0, -1 };
        for (int i = 0; i < numbers.length; i++)
            out.putFloat(30 + 4 * i, numbers[i]);
        Vector3 middle = GEOMETRY.position(3.5, 2.5, 1.5);
        out.putFloat(78, (float) -middle.x()).putFloat(82, (float) -middle.y()).putFloat(86, (float) middle.z());
        out.put(284, voxels(ByteOrder.BIG_ENDIAN, 105));
        for (String name : new String[] { "a.mgh", "b.mgz" }) {
            Scan scan = ScanFiles.read(write(name, "", packed(name.endsWith("z") ? "gzip" : "raw", out.array())));
            assertThat(scan.geometry().isCloseTo(GEOMETRY, 1e-5)).as("%s", scan.geometry()).isTrue();
            assertThat(scan.pixels().getAt(6, 4, 2, 0).get()).isEqualTo(104);
        }
    }
}
