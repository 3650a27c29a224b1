package org.septum.pipeline;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

import org.septum.core.Scan;
import org.septum.io.DicomSeriesWriter;
import org.septum.io.NiftiScanWriter;
import org.septum.io.OmeTiffScanWriter;

/**
 * Writes a model that takes milliseconds and phantom scans in five formats (NIfTI, OME-TIFF, DICOM, NRRD, MetaImage),
 * one in twenty of them broken: cut in half. Arguments: a folder, which gets {@code model} and {@code scans}, how many
 * scans, and {@code whole} if none is to be broken.
 */
final class BatchPhantoms {

    private static final int ONE_BROKEN_IN = 20;

    private BatchPhantoms() {
    }

    /** Writes them and says how many are broken. */
    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        Toys.model(folder.resolve("model"));
        int broken = 0;
        for (int i = 0; i < Integer.parseInt(args[1]); i++) {
            Path written = write(Toys.scan("phantom", i), folder.resolve("scans/site" + i % 7 + "/patient" + i), i % 5);
            if (args.length < 3 && i % ONE_BROKEN_IN == i / ONE_BROKEN_IN % ONE_BROKEN_IN) {
                cut(written);
                broken++;
            }
        }
        System.out.println(broken);
    }

    private static Path write(Scan scan, Path stem, int format) throws IOException {
        Files.createDirectories(stem.getParent());
        Path file = stem
                .resolveSibling(stem.getFileName() + List.of(".nii.gz", ".ome.tif", "", ".nrrd", ".mha").get(format));
        switch (format) {
            case 0 -> NiftiScanWriter.write(scan, file, true);
            case 1 -> OmeTiffScanWriter.write(scan, file, true);
            case 2 -> DicomSeriesWriter.write(scan, file, true);
            case 3 -> raw(scan, file, """
                    NRRD0004
                    type: float
                    dimension: 3
                    space: left-posterior-superior
                    sizes: 23 26 11
                    space directions: (0.7,0,0) (0,0.9,0) (0,0,2.5)
                    space origin: (0,0,0)
                    endian: little
                    encoding: raw

                    """);
            default -> raw(scan, file, """
                    ObjectType = Image
                    NDims = 3
                    DimSize = 23 26 11
                    ElementSpacing = 0.7 0.9 2.5
                    ElementType = MET_FLOAT
                    BinaryData = True
                    BinaryDataByteOrderMSB = False
                    ElementDataFile = LOCAL
                    """);
        }
        return file;
    }

    private static void raw(Scan scan, Path file, String header) throws IOException {
        ByteBuffer values = ByteBuffer.allocate((int) scan.pixels().size() * Float.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        scan.pixels().view().flatIterable().forEach(v -> values.putFloat(v.get()));
        try (OutputStream out = Files.newOutputStream(file)) {
            out.write(header.getBytes(StandardCharsets.US_ASCII));
            out.write(values.array());
        }
    }

    private static void cut(Path scan) throws IOException {
        Path file = scan;
        if (Files.isDirectory(scan)) {
            try (Stream<Path> slices = Files.list(scan)) {
                file = slices.sorted().findFirst().orElseThrow();
            }
        }
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
    }
}
