package org.septum.io;

import java.awt.image.DataBuffer;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.List;

import org.septum.core.ClassLabel;
import org.septum.core.ScanGeometry;
import org.septum.core.WholeFile;

import loci.common.services.DependencyException;
import loci.common.services.ServiceException;
import loci.common.services.ServiceFactory;
import loci.formats.FormatException;
import loci.formats.meta.IMetadata;
import loci.formats.out.OMETiffWriter;
import loci.formats.services.OMEXMLService;
import ome.xml.model.enums.DimensionOrder;
import ome.xml.model.enums.PixelType;
import ome.xml.model.primitives.PositiveInteger;

/**
 * What an OME-TIFF written by Septum holds: one image, compressed with zlib, little-endian, slices before channels.
 *
 * @param size
 *            how many samples along x, y, z, channel
 * @param type
 *            how a sample is stored
 * @param geometry
 *            where the voxels lie
 * @param labels
 *            the classes of a mask; empty for a scan
 */
record OmeTiffFile(List<Integer> size, PixelType type, ScanGeometry geometry, List<ClassLabel> labels) {

    private static final long BIG = 1L << 31;

    /** Gives the bytes of a plane, little-endian. */
    @FunctionalInterface
    interface PlaneBytes {

        /** The bytes of one plane. */
        byte[] plane(int z, int channel);
    }

    void write(Path file, boolean overwrite, PlaneBytes planes) {
        LibraryLogging.quiet();
        WholeFile.write(file, overwrite, aside -> {
            // Why? The metadata of an OME-TIFF names the file, so it is written under its final name, elsewhere.
            Path folder = Files.createDirectory(aside.resolveSibling(aside.getFileName() + ".d"));
            Path named = folder.resolve(FileNames.fileName(file));
            try {
                writePlanes(named, planes);
                Files.move(named, aside);
            } finally {
                Files.deleteIfExists(named);
                Files.delete(folder);
            }
        });
    }

    private void writePlanes(Path named, PlaneBytes planes) throws IOException {
        MessageDigest hash = DicomUids.sha256();
        hash.update((size + " " + type + " " + geometry + " " + labels).getBytes(StandardCharsets.UTF_8));
        try (OMETiffWriter writer = new OMETiffWriter()) {
            writer.setMetadataRetrieve(metadata(FileNames.stem(named)));
            writer.setCompression("zlib");
            if (!labels.isEmpty())
                writer.setColorModel(palette());
            writer.setBigTiff(bytes() > BIG);
            writer.setId(named.toString());
            for (int channel = 0, i = 0; channel < size.get(3); channel++) {
                for (int z = 0; z < size.get(2); z++) {
                    byte[] plane = planes.plane(z, channel);
                    hash.update(plane);
                    writer.saveBytes(i++, plane);
                }
            }
        } catch (FormatException | DependencyException | ServiceException e) {
            throw new IOException(e.getMessage(), e);
        }
        try {
            OmeUuid.replace(named, hash.digest());
        } catch (FormatException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /** The colour of each value, so that viewers show a mask in the colours of its classes. */
    private IndexColorModel palette() {
        int[] colours = new int[256];
        labels.forEach(label -> colours[label.value()] = label.rgb());
        return new IndexColorModel(8, 256, colours, 0, false, -1, DataBuffer.TYPE_BYTE);
    }

    private long bytes() {
        long n = 8;
        for (int s : size)
            n *= s;
        return n;
    }

    private IMetadata metadata(String name) throws DependencyException, ServiceException {
        IMetadata meta = new ServiceFactory().getInstance(OMEXMLService.class).createOMEXMLMetadata();
        meta.createRoot();
        meta.setImageID("Image:0", 0);
        meta.setImageName(name, 0);
        meta.setPixelsID("Pixels:0", 0);
        meta.setPixelsDimensionOrder(DimensionOrder.XYZCT, 0);
        meta.setPixelsType(type, 0);
        meta.setPixelsBigEndian(false, 0);
        meta.setPixelsSizeX(new PositiveInteger(size.get(0)), 0);
        meta.setPixelsSizeY(new PositiveInteger(size.get(1)), 0);
        meta.setPixelsSizeZ(new PositiveInteger(size.get(2)), 0);
        meta.setPixelsSizeC(new PositiveInteger(size.get(3)), 0);
        meta.setPixelsSizeT(new PositiveInteger(1), 0);
        for (int channel = 0; channel < size.get(3); channel++) {
            meta.setChannelID("Channel:0:" + channel, 0, channel);
            meta.setChannelSamplesPerPixel(new PositiveInteger(1), 0, channel);
        }
        OmeGeometry.write(meta, geometry, labels);
        return meta;
    }
}
