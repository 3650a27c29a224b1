package org.septum.io;

import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Pattern;

/** What file names say about scans. */
final class FileNames {

    private static final Pattern SCAN_EXTENSION = Pattern
            .compile("(?i)\\.(nii|nii\\.gz|hdr|hdr\\.gz|img|img\\.gz|nrrd|nhdr|mha|mhd|mgh|mgz|zip|ome\\.tiff?|tiff?"
                    + "|png|jpe?g|bmp|dcm|dicom|ima)$");

    private FileNames() {
    }

    /** The last part of a path in small letters. */
    static String lower(Path path) {
        return fileName(path).toLowerCase(Locale.ROOT);
    }

    /** The last part of a path without the extensions of scans: "liver_01" of "liver_01.nii.gz". */
    static String stem(Path path) {
        String stem = SCAN_EXTENSION.matcher(fileName(path)).replaceFirst("");
        return stem.isEmpty() ? fileName(path) : stem;
    }

    /** True for files that a file manager or an archive left behind, such as ._x and .DS_Store. */
    static boolean isHidden(Path path) {
        return fileName(path).startsWith(".");
    }

    static String fileName(Path path) {
        Path name = path.toAbsolutePath().normalize().getFileName();
        return name == null ? path.toString() : name.toString();
    }
}
