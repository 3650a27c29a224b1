package org.septum.io;

import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

/**
 * The pixel size of pictures that do not state their own: one for all, or that of each in a table.
 *
 * @param size
 *            along x and y in mm; the third value is not used. Empty if there is a table, or nothing is known
 * @param table
 *            with a column {@code pixel size(mm)}
 */
public record PixelSizes(Optional<Vector3> size, Optional<CaseTable> table) {

    /** Nothing is known. */
    public static final PixelSizes NONE = new PixelSizes(Optional.empty(), Optional.empty());

    private static final String[] COLUMN = { "pixel", "size" };

    /** Relative difference that is rounding. */
    private static final double SAME = 1e-3;

    /** True if a table has pixel sizes. */
    public static boolean isIn(CaseTable table) {
        return table.has(COLUMN);
    }

    /** Those of a table. */
    public static PixelSizes of(CaseTable table) {
        if (!isIn(table))
            throw SeptumException.input(table.file() + " has no column \"pixel size(mm)\"; add it");
        return new PixelSizes(Optional.empty(), Optional.of(table));
    }

    /** One of all pictures, in mm along x and y. */
    public static PixelSizes of(double x, double y) {
        if (!(x > 0 && y > 0) || Double.isInfinite(x + y))
            throw SeptumException.usage("pixel size " + x + " × " + y + " mm; both must be positive");
        return new PixelSizes(Optional.of(new Vector3(x, y, Double.NaN)), Optional.empty());
    }

    /**
     * From words.
     *
     * @param words
     *            "0.15", "0.15,0.2" for x and y, or the name of a CSV file; empty for {@link #NONE}
     */
    public static PixelSizes parse(String words) {
        String text = words.strip();
        if (text.isEmpty())
            return NONE;
        if (!text.matches("[0-9.eE+\\-]+(,[0-9.eE+\\-]+)?"))
            return of(CaseTable.read(Path.of(text)));
        try {
            String[] numbers = text.split(",");
            return of(Double.parseDouble(numbers[0]), Double.parseDouble(numbers[numbers.length - 1]));
        } catch (NumberFormatException e) {
            throw SeptumException.usage("pixel size \"" + words
                    + "\"; allowed: mm, such as 0.15 or 0.15,0.2, or a CSV file with a size each");
        }
    }

    /** The scan with its pixel size, its slice spacing as it was. */
    Scan of(Path path, Scan scan) {
        if (size.isEmpty() && table.isEmpty())
            return scan;
        return new Scan(scan.name(), scan.pixels(), of(path, scan.geometry()), scan.modality(), scan.notes(),
                scan.dicom());
    }

    private ScanGeometry of(Path path, ScanGeometry geometry) {
        Vector3 own = geometry.spacing();
        boolean known = !Double.isNaN(own.x()) && !Double.isNaN(own.y());
        Optional<Vector3> wanted = size.or(() -> inTable(path));
        if (wanted.isEmpty()) {
            if (known)
                return geometry;
            throw SeptumException.input(table.orElseThrow().file() + " has no pixel size of " + FileNames.fileName(path)
                    + "; add a line for it");
        }
        double x = wanted.get().x();
        double y = wanted.get().y();
        if (!isUnknownOrNear(own.x(), x) || !isUnknownOrNear(own.y(), y)) {
            throw SeptumException
                    .input(path + " states a pixel size of " + own.x() + " × " + own.y() + " mm; the one given is " + x
                            + " × " + y + ": give none for scans that know theirs, or correct one of both");
        }
        return known ? geometry : new ScanGeometry(new Vector3(x, y, own.z()), geometry.origin(), geometry.direction());
    }

    private static boolean isUnknownOrNear(double own, double wanted) {
        return Double.isNaN(own) || Math.abs(own - wanted) <= SAME * wanted;
    }

    private Optional<Vector3> inTable(Path path) {
        OptionalDouble mm = table.orElseThrow().millimetres(FileNames.fileName(path), COLUMN);
        return mm.isEmpty() ? Optional.empty()
                : Optional.of(new Vector3(mm.getAsDouble(), mm.getAsDouble(), Double.NaN));
    }
}
