package org.septum.io;

import java.io.IOException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.regex.Pattern;

import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.ScanSource;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;

/**
 * Scans and masks in files: NIfTI (.nii, .nii.gz, .hdr with .img), a DICOM series (its folder, one of its files, or a
 * zip), DICOM SEG, NRRD, MetaImage, MGH, OME-TIFF, TIFF, PNG, JPEG, BMP.
 */
public final class ScanFiles {

    /** The .img of a pair is found by its .hdr. */
    private static final Pattern IMAGE = Pattern
            .compile("\\.(nii|nii\\.gz|hdr|nrrd|nhdr|mha|mhd|mgh|mgz|tiff?|png|jpe?g|bmp)\\z");
    private static final DicomScanReader DICOM = new DicomScanReader();
    private static final List<ScanReader> READERS = readers(new BioFormatsScanReader());
    private static final List<ScanReader> MASK_READERS = readers(new BioFormatsScanReader(false));

    private static List<ScanReader> readers(BioFormatsScanReader bioFormats) {
        return List.of(new NiftiScanReader(), new NrrdScanReader(), new MetaImageScanReader(), new MghScanReader(),
                bioFormats, new ZipScanReader(), DICOM);
    }

    private ScanFiles() {
    }

    /**
     * Reads a scan. Its pixels may be read plane by plane when somebody looks at them, so the file must stay.
     *
     * @throws SeptumException
     *             of kind INPUT if there is no such file, or it cannot be read rightly
     */
    public static Scan read(Path path) {
        return read(path, ReadOptions.DEFAULT);
    }

    /**
     * Reads one of several scans that a path holds.
     *
     * @param options
     *            which series, phase and resolution, and the pixel size of a picture that does not state its own
     *
     * @throws SeptumException
     *             of kind INPUT if there is no such file, it cannot be read rightly, or it holds more than one scan and
     *             none is chosen (the message lists them); of kind USAGE if what is chosen is not there
     */
    public static Scan read(Path path, ReadOptions options) {
        return read(path, options, Workspace.ofHeap());
    }

    /**
     * Reads one of several scans that a path holds, in bounded memory.
     *
     * @param options
     *            which series, phase and resolution
     * @param space
     *            for what must be unpacked; it must stay open as long as the pixels are looked at
     *
     * @throws SeptumException
     *             as the other methods do; of kind OUTPUT if a temporary file is needed and the disk is full
     */
    public static Scan read(Path path, ReadOptions options, Workspace space) {
        return options.pixelSizes().of(path, readerOf(path, READERS).read(path, options, space));
    }

    /**
     * What scans a path holds, by its headers alone: the series of a DICOM folder, the phases of each, the resolutions
     * of a pyramid. A series that cannot be read stands in the list with the reason.
     *
     * @throws SeptumException
     *             of kind INPUT if there is no such file, or it is damaged
     */
    public static List<ScanContent> contents(Path path) {
        return readerOf(path, READERS).contents(path);
    }

    /**
     * The classes that a DICOM SEG names, with its own colours; none for any other file.
     */
    public static Optional<ClassLabels> labelsOf(Path path) {
        return DicomScanReader.labelsOf(path);
    }

    /**
     * Reads a label mask into memory. A picture with three equal channels counts as one of grey values; one with a
     * palette gives its indices. The segments of a DICOM SEG get the values of the classes of the same names; if one
     * has a name of its own, all keep their numbers.
     *
     * @throws SeptumException
     *             of kind INPUT if the file cannot be read or holds a value that is no label
     */
    public static LabelMask readMask(Path path, ClassLabels labels) {
        return readMask(path, labels, ReadOptions.DEFAULT);
    }

    /**
     * Reads one of several label masks that a path holds: the DICOM SEG in a folder with its images, say.
     *
     * @param options
     *            which series and phase
     */
    public static LabelMask readMask(Path path, ClassLabels labels, ReadOptions options) {
        Scan scan = options.pixelSizes().of(path, readerOf(path, MASK_READERS).read(path, options, Workspace.ofHeap()));
        return MaskValues.toMask(path, labelsOf(path).map(own -> MaskValues.named(scan, own, labels)).orElse(scan),
                labels);
    }

    /** True if the path looks like a scan: an image file, or a folder with DICOM files in it. */
    public static boolean accepts(Path path) {
        return READERS.stream().anyMatch(r -> r.accepts(path));
    }

    /**
     * Name for people and output files: the name of the file without the extensions of scans, the name of a DICOM
     * folder, and for one file of a DICOM series both of them.
     */
    public static String nameOf(Path path) {
        String stem = FileNames.stem(path);
        if (Files.isDirectory(path))
            return FileNames.fileName(path);
        Path folder = path.toAbsolutePath().normalize().getParent();
        boolean dicom = READERS.stream().noneMatch(r -> r != DICOM && r.accepts(path));
        return dicom && folder != null && folder.getFileName() != null ? folder.getFileName() + "_" + stem : stem;
    }

    /** The name of a file without the extensions of scans; the file need not be there. */
    public static String stemOf(Path file) {
        return FileNames.stem(file);
    }

    /**
     * The scans that paths stand for: a file stands for itself, a folder for all scans in it and the folders below, in
     * the order of their names, hidden ones left out. A folder that holds DICOM files is one scan. Nothing is read yet.
     *
     * @throws SeptumException
     *             of kind INPUT if a path does not exist
     */
    public static List<ScanSource> find(List<Path> paths) {
        List<ScanSource> found = new ArrayList<>();
        for (Path path : paths) {
            if (!Files.exists(path))
                throw SeptumException.input(path + " is not there; check the path");
            if (Files.isDirectory(path))
                findIn(path, found);
            else
                found.add(new ScanSource(path, nameOf(path)));
        }
        return List.copyOf(found);
    }

    /**
     * The series of a DICOM folder that are scans (neither scouts nor label masks, unless there is nothing else), by
     * the headers of all its files.
     *
     * @return their numbers, which may be empty, by their UIDs, which may go into {@link ReadOptions#series}, in the
     *         order of these
     *
     * @throws SeptumException
     *             of kind INPUT if a file of the folder is damaged
     */
    public static SortedMap<String, String> seriesIn(Path folder) {
        return DicomScanReader.scansIn(folder);
    }

    private static void findIn(Path folder, List<ScanSource> found) {
        List<Path> all = new ArrayList<>();
        try {
            Files.walkFileTree(folder, EnumSet.of(FileVisitOption.FOLLOW_LINKS), Integer.MAX_VALUE, new Collector(all));
        } catch (IOException e) {
            throw Problem.reading(folder, e);
        }
        all.stream().filter(p -> p.equals(folder) || !FileNames.isHidden(p)).sorted()
                .filter(p -> Files.isDirectory(p) ? DICOM.accepts(p) : isImageFile(p))
                .forEach(p -> found.add(new ScanSource(p, nameOf(p))));
    }

    /** Notes every folder and file on the way. */
    private static final class Collector extends SimpleFileVisitor<Path> {

        private final List<Path> all;

        Collector(List<Path> all) {
            this.all = all;
        }

        @Override
        public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            // the first is what was asked for
            if (!all.isEmpty() && FileNames.isHidden(folder))
                return FileVisitResult.SKIP_SUBTREE;
            all.add(folder);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            all.add(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            // a link to a folder above: what is there has been visited
            if (e instanceof FileSystemLoopException)
                return FileVisitResult.CONTINUE;
            throw e;
        }
    }

    /** True for a file whose name says that it is a scan. */
    static boolean isImageFile(Path path) {
        return IMAGE.matcher(FileNames.lower(path)).find();
    }

    private static ScanReader readerOf(Path path, List<ScanReader> readers) {
        if (!Files.exists(path))
            throw SeptumException.input(path + " is not there; check the path");
        if (!Files.isRegularFile(path) && !Files.isDirectory(path))
            throw SeptumException.input(path + " is a pipe, a socket or a device; give a file or a folder");
        return readers.stream().filter(r -> r.accepts(path)).findFirst()
                .orElseThrow(() -> SeptumException.input(path + (Files.isDirectory(path)
                        ? " is a folder without DICOM files; give a file, or the folder of one DICOM series"
                        : " is no scan that Septum knows; give NIfTI, DICOM, NRRD, MetaImage,"
                                + " MGH, OME-TIFF, TIFF, PNG, JPEG or BMP")));
    }
}
