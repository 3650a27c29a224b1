package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;
import org.septum.core.Workspace;

import loci.common.services.DependencyException;
import loci.common.services.ServiceException;
import loci.common.services.ServiceFactory;
import loci.formats.FormatException;
import loci.formats.IFormatReader;
import loci.formats.in.APNGReader;
import loci.formats.in.BMPReader;
import loci.formats.in.JPEGReader;
import loci.formats.in.OMETiffReader;
import loci.formats.in.TiffReader;
import loci.formats.ome.OMEXMLMetadata;
import loci.formats.services.OMEXMLService;

/**
 * Reads OME-TIFF, TIFF, PNG, JPEG and BMP through Bio-Formats. Colour pictures have three channels; transparency is
 * left out. PNG, JPEG and BMP have no geometry; a TIFF has one if it is OME-TIFF or of ImageJ and states a length, or
 * states a resolution per cm.
 */
final class BioFormatsScanReader implements ScanReader {

    private final boolean paletteAsColours;

    /** A reader of pictures. */
    BioFormatsScanReader() {
        this(true);
    }

    /**
     * @param paletteAsColours
     *            whether a PNG or BMP with a palette is read as colours or, as a label mask must be, as indices
     */
    BioFormatsScanReader(boolean paletteAsColours) {
        this.paletteAsColours = paletteAsColours;
    }

    @Override
    public boolean accepts(Path path) {
        return FileNames.lower(path).matches(".*\\.(tiff?|png|jpe?g|bmp)");
    }

    /** An opened file with what its headers say. */
    private record Opened(Path path, IFormatReader reader, OMEXMLMetadata meta, TiffCalibration tiff) {

        /** True if time points are pages that nobody gave a meaning; they are slices. */
        boolean pagesAreSlices() {
            return reader.getSizeT() > 1 && reader.getSizeZ() == 1 && reader instanceof TiffReader && !tiff.hasFrames();
        }

        int depth() {
            return pagesAreSlices() ? reader.getSizeT() : reader.getSizeZ();
        }

        List<String> phases() {
            return Collections.nCopies(pagesAreSlices() ? 1 : reader.getSizeT(), "");
        }

        /** Where the voxels of a resolution lie: each covers several of the full one. */
        ScanGeometry geometry(int series, int level) {
            ScanGeometry full = reader instanceof OMETiffReader ? OmeGeometry.read(meta, series, path)
                    : tiff.geometry();
            if (level == 0)
                return full;
            double x = reader.getSizeX();
            double y = reader.getSizeY();
            reader.setResolution(0);
            x = reader.getSizeX() / x;
            y = reader.getSizeY() / y;
            reader.setResolution(level);
            Vector3 spacing = full.spacing();
            return new ScanGeometry(new Vector3(spacing.x() * x, spacing.y() * y, spacing.z()),
                    full.isCalibrated() || !Double.isNaN(spacing.x()) ? full.position((x - 1) / 2, (y - 1) / 2, 0)
                            : full.origin(),
                    full.direction());
        }
    }

    @Override
    public List<ScanContent> contents(Path path) {
        try {
            Opened opened = open(path, new ArrayList<>());
            try (IFormatReader reader = opened.reader) {
                List<ScanContent> all = new ArrayList<>();
                for (int i = 0; i < reader.getSeriesCount(); i++) {
                    reader.setSeries(i);
                    String number = reader.getSeriesCount() > 1 ? Integer.toString(i + 1) : "";
                    String name = opened.meta == null || opened.meta.getImageName(i) == null ? FileNames.stem(path)
                            : opened.meta.getImageName(i);
                    all.add(new ScanContent(number, number, name, Modality.OTHER,
                            List.of((long) reader.getSizeX(), (long) reader.getSizeY(), (long) opened.depth()),
                            opened.phases(), reader.getResolutionCount(), ""));
                }
                return all;
            }
        } catch (IOException | FormatException | DependencyException | ServiceException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    @Override
    public Scan read(Path path, ReadOptions options, Workspace space) {
        try {
            List<String> notes = new ArrayList<>();
            Opened opened = open(path, notes);
            boolean kept = false;
            try {
                BioFormatsPlanes.Part part = part(opened, options, notes);
                BioFormatsPlanes planes = new BioFormatsPlanes(path, opened.reader, part,
                        paletteAsColours && isPicture(path));
                kept = planes.keepsReader();
                long nonFinite = planes.countNonFinite();
                if (nonFinite > 0)
                    notes.add(nonFinite + " pixels hold NaN or infinity; they are read as 0");
                return new Scan(name(opened, options), PlaneCells.image(path.toString(), planes.size(), planes),
                        opened.geometry(part.series(), part.level()), planes.isColour() ? Modality.RGB : Modality.OTHER,
                        notes);
            } finally {
                if (!kept)
                    opened.reader.close();
            }
        } catch (IOException | FormatException | DependencyException | ServiceException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    private static String name(Opened opened, ReadOptions options) {
        String series = options.series().isEmpty() ? "" : "_image" + options.series().strip();
        String phase = opened.phases().size() > 1 ? String.format(Locale.ROOT, "_phase%02d", options.phase()) : "";
        return FileNames.stem(opened.path) + series + phase;
    }

    private static Opened open(Path path, List<String> notes)
            throws IOException, FormatException, DependencyException, ServiceException {
        LibraryLogging.quiet();
        if (!Files.exists(path))
            throw new NoSuchFileException(path.toString());
        if (isPicture(path))
            PictureStructure.requireSound(path);
        else
            TiffStructure.requireSound(path);
        OMEXMLMetadata meta = isPicture(path) ? null
                : new ServiceFactory().getInstance(OMEXMLService.class).createOMEXMLMetadata();
        IFormatReader reader = openReader(path, meta);
        try {
            TiffCalibration tiff = reader instanceof TiffReader ? TiffCalibration.read(path, notes)
                    : new TiffCalibration("", ScanGeometry.UNKNOWN);
            return new Opened(path, reader, meta, tiff);
        } catch (IOException | FormatException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** The planes that the options choose. */
    private static BioFormatsPlanes.Part part(Opened opened, ReadOptions options, List<String> notes) {
        IFormatReader reader = opened.reader;
        int images = reader.getSeriesCount();
        int series = 0;
        if (!options.series().isEmpty()) {
            String word = options.series().strip();
            series = word.matches("\\d{1,6}") ? Integer.parseInt(word) - 1 : -1;
            if (series < 0 || series >= images)
                throw SeptumException.usage(opened.path + " has " + images + " images; \"" + word
                        + "\" is none of them; choose 1 to " + images);
        } else if (images > 1) {
            throw SeptumException.input(
                    opened.path + " holds " + images + " images; choose one with --series 1 to --series " + images);
        }
        reader.setSeries(series);
        if (options.level() >= reader.getResolutionCount())
            throw SeptumException.usage(opened.path + " has " + reader.getResolutionCount() + " resolutions; level "
                    + options.level() + " is not there; choose 0 to " + (reader.getResolutionCount() - 1));
        reader.setResolution(options.level());
        if (opened.pagesAreSlices())
            notes.add("the " + reader.getSizeT() + " pages of the TIFF are taken as slices");
        int phase = options.phaseOf(opened.path, opened.phases());
        if (opened.phases().size() > 1)
            notes.add("time point " + (phase + 1) + " of " + opened.phases().size());
        return new BioFormatsPlanes.Part(series, options.level(), opened.depth(), opened.pagesAreSlices() ? -1 : phase);
    }

    private static boolean isPicture(Path path) {
        return !FileNames.lower(path).matches(".*\\.tiff?");
    }

    /** Opens a file without metadata, for one more thread. */
    static IFormatReader open(Path path) throws FormatException, IOException {
        return openReader(path, null);
    }

    private static IFormatReader openReader(Path path, OMEXMLMetadata meta) throws FormatException, IOException {
        IFormatReader reader = readerFor(path);
        reader.setFlattenedResolutions(false);
        if (meta != null)
            reader.setMetadataStore(meta);
        try {
            reader.setId(path.toString());
            return reader;
        } catch (FormatException | IOException | RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    private static IFormatReader readerFor(Path path) throws IOException {
        String name = FileNames.lower(path);
        if (name.endsWith(".png"))
            return new APNGReader();
        if (name.endsWith(".bmp"))
            return new BMPReader();
        if (name.endsWith(".jpg") || name.endsWith(".jpeg"))
            return new JPEGReader();
        OMETiffReader ome = new OMETiffReader();
        if (ome.isThisType(path.toString(), true))
            return ome;
        ome.close();
        return new TiffReader();
    }
}
