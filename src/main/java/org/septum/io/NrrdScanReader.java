package org.septum.io;

import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import org.septum.core.Direction;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * Reads NRRD: .nrrd, and .nhdr with its data file; raw or gzip.
 * <p>
 * <b>Why?</b> Bio-Formats 7.3.1 leaves out the space directions and origin, so a scan would lie nowhere.
 */
final class NrrdScanReader extends RawScanReader {

    NrrdScanReader() {
        super(".nrrd", ".nhdr");
    }

    /** The axes of the array: samples of a voxel, then space, then volumes. */
    private record Axes(int samples, List<Integer> space, List<Integer> size, int volumes) {
    }

    @Override
    RawFile open(Path path) throws IOException {
        TextHeader header = TextHeader.read(path, ":", "");
        Axes axes = axes(path, header);
        String encoding = header.text("encoding").toLowerCase(Locale.ROOT);
        boolean packed = encoding.equals("gzip") || encoding.equals("gz");
        if (!packed && !encoding.equals("raw"))
            throw SeptumException
                    .input(path + " is NRRD with encoding \"" + encoding + "\"; raw and gzip are allowed; convert it");
        String data = header.text("data file", "datafile");
        Path file = data.isEmpty() ? path : path.toAbsolutePath().resolveSibling(data);
        if (!Files.isRegularFile(file) || header.number("line skip", 0) != 0)
            throw SeptumException.input(path + " keeps its voxels in \"" + data
                    + "\", which is no single file without lines before them; write one .nrrd file");
        long start = data.isEmpty() ? header.end() : 0;
        int skip = header.number("byte skip", 0);
        SampleType type = type(path, header.text("type"));
        ByteOrder order = header.text("endian").equalsIgnoreCase("big") ? ByteOrder.BIG_ENDIAN
                : ByteOrder.LITTLE_ENDIAN;
        RawVolume raw = new RawVolume(file, packed ? RawVolume.Packing.GZIP : RawVolume.Packing.NONE,
                packed ? start : 0, Math.max(0, skip) + (packed ? 0 : start), order, type, axes.samples, axes.size, 1,
                0);
        if (skip == -1 && !packed)
            raw = new RawVolume(file, raw.packing(), 0, Files.size(file) - raw.bytes() * axes.volumes, order, type,
                    axes.samples, axes.size, 1, 0);
        List<String> notes = new ArrayList<>();
        return new RawFile(raw, axes.volumes, geometry(path, header, axes, notes), notes);
    }

    private static Axes axes(Path path, TextHeader header) {
        int[] sizes = Arrays.stream(header.numbers("sizes")).mapToInt(s -> (int) s).toArray();
        String[] directions = header.text("space directions").replaceAll("\\s*,\\s*", ",").split("\\s+");
        String[] kinds = header.text("kinds").split("\\s+");
        List<Integer> space = new ArrayList<>();
        for (int a = 0; a < sizes.length; a++) {
            boolean none = directions.length == sizes.length && directions[a].equals("none");
            boolean other = kinds.length == sizes.length && !kinds[a].matches("(?i)domain|space|\\?\\?\\?|none");
            if (!none && !(directions.length != sizes.length && other))
                space.add(a);
        }
        boolean fourD = space.size() == 4;
        if (fourD)
            space.remove(3);
        int n = space.size();
        boolean together = n > 0 && space.get(n - 1) - space.get(0) == n - 1;
        if (n < 2 || n > 3 || !together || space.get(0) > 1 || space.get(n - 1) < sizes.length - 2)
            throw SeptumException.input(path + " is NRRD with the axes " + Arrays.toString(sizes) + " of the kinds \""
                    + header.text("kinds") + "\"; two or three axes of space are allowed, one of samples before them,"
                    + " one of volumes behind them");
        int samples = space.get(0) == 1 ? sizes[0] : 1;
        if (samples != 1 && samples != 3 && samples != 4)
            throw SeptumException.input(path + " has " + samples + " samples a voxel; 1, 3 or 4 are allowed");
        List<Integer> size = List.of(sizes[space.get(0)], sizes[space.get(1)], n > 2 ? sizes[space.get(2)] : 1);
        int volumes = space.get(n - 1) < sizes.length - 1 ? sizes[sizes.length - 1] : 1;
        return new Axes(samples, space, size, Math.max(1, volumes));
    }

    private static ScanGeometry geometry(Path path, TextHeader header, Axes axes, List<String> notes) {
        double[] directions = header.numbersIfAny("space directions");
        String space = header.text("space").toLowerCase(Locale.ROOT).replace('_', '-');
        int n = axes.space.size();
        if (directions.length != 9 || n != 3) {
            double[] spacings = header.numbersIfAny("spacings");
            int first = spacings.length > n ? axes.space.get(0) : 0;
            Vector3 size = spacings.length < first + n ? ScanGeometry.UNKNOWN.spacing()
                    : new Vector3(spacings[first], spacings[first + 1], n > 2 ? spacings[first + 2] : Double.NaN);
            return new ScanGeometry(size, Vector3.ZERO, Direction.IDENTITY);
        }
        Vector3 flip = switch (space) {
            case "left-posterior-superior", "lps" -> new Vector3(1, 1, 1);
            case "right-anterior-superior", "ras" -> new Vector3(-1, -1, 1);
            case "left-anterior-superior", "las" -> new Vector3(1, -1, 1);
            default -> throw SeptumException.input(path + " is NRRD in the space \"" + space
                    + "\"; left-posterior-superior, right-anterior-superior and left-anterior-superior are allowed");
        };
        Vector3[] columns = new Vector3[3];
        for (int c = 0; c < 3; c++)
            columns[c] = times(TextHeader.vector(directions, 3 * c), flip);
        double[] origin = header.numbersIfAny("space origin");
        if (origin.length != 3)
            notes.add("the header has no space origin; it is taken as 0, 0, 0");
        return new ScanGeometry(new Vector3(columns[0].length(), columns[1].length(), columns[2].length()),
                origin.length != 3 ? Vector3.ZERO : times(TextHeader.vector(origin, 0), flip),
                new Direction(unit(columns[0]), unit(columns[1]), unit(columns[2])));
    }

    private static Vector3 unit(Vector3 v) {
        return v.times(1 / v.length());
    }

    private static Vector3 times(Vector3 a, Vector3 b) {
        return new Vector3(a.x() * b.x(), a.y() * b.y(), a.z() * b.z());
    }

    private static SampleType type(Path path, String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "signed char", "int8", "int8_t" -> SampleType.INT8;
            case "uchar", "unsigned char", "uint8", "uint8_t" -> SampleType.UINT8;
            case "short", "short int", "signed short", "signed short int", "int16", "int16_t" -> SampleType.INT16;
            case "ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t" -> SampleType.UINT16;
            case "int", "signed int", "int32", "int32_t" -> SampleType.INT32;
            case "uint", "unsigned int", "uint32", "uint32_t" -> SampleType.UINT32;
            case "longlong", "long long", "long long int", "int64", "int64_t" -> SampleType.INT64;
            case "ulonglong", "unsigned long long", "uint64", "uint64_t" -> SampleType.UINT64;
            case "float" -> SampleType.FLOAT32;
            case "double" -> SampleType.FLOAT64;
            default -> throw SeptumException.input(path + " has NRRD type \"" + word
                    + "\"; whole numbers of 8 to 64 bits, float and double are allowed; convert it");
        };
    }
}
