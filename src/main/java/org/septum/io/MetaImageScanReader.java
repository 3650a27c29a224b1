package org.septum.io;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Reads MetaImage, ITK's own format: .mha, and .mhd with its data file. Bio-Formats 7.3.1 has no reader for it.
 */
final class MetaImageScanReader extends RawScanReader {

    MetaImageScanReader() {
        super(".mha", ".mhd");
    }

    @Override
    RawFile open(Path path) throws IOException {
        TextHeader header = TextHeader.read(path, "=", "elementdatafile");
        double[] dims = header.numbers("dimsize");
        if (dims.length < 2 || dims.length > 4)
            throw SeptumException.input(path + " has " + dims.length + " axes; 2 to 4 are allowed; convert it");
        List<Integer> size = new ArrayList<>();
        for (int d = 0; d < 3; d++)
            size.add(d < dims.length ? (int) dims[d] : 1);
        String data = header.text("elementdatafile");
        boolean local = data.equalsIgnoreCase("LOCAL");
        Path file = local ? path : path.toAbsolutePath().resolveSibling(data);
        if (data.isEmpty() || data.startsWith("LIST") || data.contains("%") || !Files.isRegularFile(file))
            throw SeptumException.input(path + " keeps its voxels in \"" + data
                    + "\", which is no single file beside it; put it there, or write one .mha file");
        boolean packed = header.text("compresseddata").equalsIgnoreCase("true");
        int skip = header.number("headersize", 0);
        RawVolume.Packing packing = packed ? RawVolume.Packing.ZLIB : RawVolume.Packing.NONE;
        SampleType type = type(path, header.text("elementtype"));
        int samples = header.number("elementnumberofchannels", 1);
        boolean big = header.text("binarydatabyteordermsb", "elementbyteordermsb").equalsIgnoreCase("true");
        RawVolume raw = new RawVolume(file, packing, packed && local ? header.end() : 0,
                packed ? 0 : local ? header.end() : skip, big ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN, type,
                samples, size, 1, 0);
        if (skip == -1 && !packed && !local)
            raw = new RawVolume(file, packing, 0, Files.size(file) - raw.bytes(), raw.order(), type, samples, size, 1,
                    0);
        if (samples != 1 && samples != 3 && samples != 4 || header.text("binarydata").equalsIgnoreCase("false"))
            throw SeptumException.input(path + " has " + samples
                    + " channels or voxels as text; 1, 3 or 4 channels as bytes are allowed; convert it");
        return new RawFile(raw, dims.length > 3 ? (int) dims[3] : 1, geometry(header, dims.length), List.of());
    }

    private static ScanGeometry geometry(TextHeader header, int axes) {
        double[] spacing = header.numbers("elementspacing", "elementsize");
        double[] origin = header.numbers("offset", "origin", "position");
        double[] matrix = header.numbers("transformmatrix", "rotation", "orientation");
        Vector3 size = spacing.length < 2 ? ScanGeometry.UNKNOWN.spacing()
                : new Vector3(spacing[0], spacing[1], spacing.length > 2 ? spacing[2] : Double.NaN);
        if (axes == 2)
            return new ScanGeometry(size, origin.length < 2 ? Vector3.ZERO : new Vector3(origin[0], origin[1], 0),
                    Direction.IDENTITY);
        // Each axis has its own run of numbers, so that of a 4D image skips one.
        Direction direction = matrix.length == 0 ? Direction.IDENTITY
                : new Direction(TextHeader.vector(matrix, 0), TextHeader.vector(matrix, axes),
                        TextHeader.vector(matrix, 2 * axes));
        return new ScanGeometry(size, origin.length == 0 ? Vector3.ZERO : TextHeader.vector(origin, 0), direction);
    }

    private static SampleType type(Path path, String word) {
        return switch (word.toUpperCase(Locale.ROOT).replace("_ARRAY", "")) {
            case "MET_CHAR" -> SampleType.INT8;
            case "MET_UCHAR" -> SampleType.UINT8;
            case "MET_SHORT" -> SampleType.INT16;
            case "MET_USHORT" -> SampleType.UINT16;
            case "MET_INT", "MET_LONG" -> SampleType.INT32;
            case "MET_UINT", "MET_ULONG" -> SampleType.UINT32;
            case "MET_LONG_LONG" -> SampleType.INT64;
            case "MET_ULONG_LONG" -> SampleType.UINT64;
            case "MET_FLOAT" -> SampleType.FLOAT32;
            case "MET_DOUBLE" -> SampleType.FLOAT64;
            default -> throw SeptumException.input(
                    path + " has voxels of the type \"" + word + "\"; MET_UCHAR to MET_DOUBLE are allowed; convert it");
        };
    }
}
