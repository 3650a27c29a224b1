package org.septum.io;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/**
 * Masks as a zip of selections for ImageJ's ROI Manager: one for each class and slice that holds it, named
 * "class-0012", in the colour of the class. Filled, they give the voxels exactly. The format has no place for sizes,
 * spacing, origin and direction: those are of the image that the selections are shown on.
 */
public final class RoiZipMaskWriter implements MaskWriter {

    /** The earliest time a zip can state; the true one would make equal masks differ. */
    private static final LocalDateTime NO_TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

    @Override
    public String format() {
        return "roi-zip";
    }

    @Override
    public String extension() {
        return "_rois.zip";
    }

    @Override
    public void write(LabelMask mask, Path file, boolean overwrite) {
        if (mask.size(0) > ImageJRoi.LARGEST || mask.size(1) > ImageJRoi.LARGEST)
            throw new SeptumException(SeptumException.Kind.OUTPUT, "cannot write " + file + ": the mask has "
                    + mask.shape() + " voxels and ImageJ's selections reach 32767; write ome-tiff instead");
        WholeFile.write(file, overwrite, aside -> {
            try (ZipOutputStream zip = new ZipOutputStream(new BufferedOutputStream(Files.newOutputStream(aside)))) {
                write(mask, zip);
            }
        });
    }

    private static void write(LabelMask mask, ZipOutputStream zip) throws IOException {
        Set<String> used = new HashSet<>();
        for (int z = 0; z < mask.size(2); z++) {
            byte[] plane = Planes.of(mask, z);
            for (ClassLabel label : mask.labels().foreground()) {
                List<int[]> outlines = MaskOutlines.of(plane, (int) mask.size(0), (byte) label.value());
                if (outlines.isEmpty())
                    continue;
                String name = name(label, z, used);
                ZipEntry entry = new ZipEntry(name + ".roi");
                entry.setTimeLocal(NO_TIME);
                zip.putNextEntry(entry);
                zip.write(new ImageJRoi(name, z + 1, label.rgb(), outlines).toBytes());
                zip.closeEntry();
            }
        }
    }

    /** A name that is a file name everywhere, and no other's. */
    private static String name(ClassLabel label, int z, Set<String> used) {
        String plain = label.name().strip().replaceAll("[\\\\/:*?\"<>|\\p{Cntrl}]", "_");
        String name = String.format(Locale.ROOT, "%s-%04d", plain, z + 1);
        return used.add(name) ? name : String.format(Locale.ROOT, "%s (%d)-%04d", plain, label.value(), z + 1);
    }
}
