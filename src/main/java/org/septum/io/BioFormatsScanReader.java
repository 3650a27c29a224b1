package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;

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

    @Override
    public Scan read(Path path) {
        LibraryLogging.quiet();
        try {
            if (!Files.exists(path))
                throw new NoSuchFileException(path.toString());
            OMEXMLMetadata meta = isPicture(path) ? null
                    : new ServiceFactory().getInstance(OMEXMLService.class).createOMEXMLMetadata();
            IFormatReader reader = open(path, meta);
            boolean kept = false;
            try {
                List<String> notes = new ArrayList<>();
                TiffCalibration tiff = reader instanceof TiffReader ? TiffCalibration.read(path, notes)
                        : new TiffCalibration("", ScanGeometry.UNKNOWN);
                BioFormatsPlanes planes = new BioFormatsPlanes(path, reader, slices(path, reader, tiff, notes),
                        paletteAsColours && isPicture(path));
                kept = planes.keepsReader();
                ScanGeometry geometry = reader instanceof OMETiffReader ? OmeGeometry.read(meta, path)
                        : tiff.geometry();
                long nonFinite = planes.countNonFinite();
                if (nonFinite > 0)
                    notes.add(nonFinite + " pixels hold NaN or infinity; they are read as 0");
                return new Scan(FileNames.stem(path), PlaneCells.image(path.toString(), planes.size(), planes),
                        geometry, planes.isColour() ? Modality.RGB : Modality.OTHER, notes);
            } finally {
                if (!kept)
                    reader.close();
            }
        } catch (IOException | FormatException | DependencyException | ServiceException | RuntimeException e) {
            throw Problem.reading(path, e);
        }
    }

    private static boolean isPicture(Path path) {
        return !FileNames.lower(path).matches(".*\\.tiff?");
    }

    /** Opens a file without metadata, for one more thread. */
    static IFormatReader open(Path path) throws FormatException, IOException {
        return open(path, null);
    }

    private static IFormatReader open(Path path, OMEXMLMetadata meta) throws FormatException, IOException {
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

    /** Number of slices; the pages of a plain TIFF that says nothing of their meaning are slices. */
    private static int slices(Path path, IFormatReader reader, TiffCalibration tiff, List<String> notes) {
        if (reader.getSeriesCount() > 1)
            throw SeptumException.input(path + " holds " + reader.getSeriesCount()
                    + " images; Septum reads one scan a file; save the one you want in a file of its own");
        int pages = reader.getSizeT();
        if (pages == 1)
            return reader.getSizeZ();
        boolean plain = reader instanceof TiffReader && reader.getSizeZ() == 1 && !tiff.hasFrames();
        if (!plain)
            throw SeptumException.input(path + " holds " + pages
                    + " time points; Septum reads one volume a file; save the one you want in a file of its own");
        notes.add("the " + pages + " pages of the TIFF are taken as slices");
        return pages;
    }
}
