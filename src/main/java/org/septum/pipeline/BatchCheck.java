package org.septum.pipeline;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.septum.core.SeptumException;
import org.septum.core.WholeFile;

/**
 * Looks through the list of a batch before its first scan, for what would be refused later.
 *
 * @param request
 *            the batch
 */
record BatchCheck(SegmentFolders.Request request) {

    /**
     * Counts the scans of the shard.
     *
     * @throws SeptumException
     *             of kind INPUT if there is no scan at all; of kind OUTPUT if a mask would lie among the scans, or
     *             exists and may not be replaced
     */
    long count(BatchList list) {
        MaskFiles files = new MaskFiles(request.scans());
        boolean anew = request.again() == SegmentFolders.Again.NEW && !request.scans().outputs().overwrite();
        List<Path> above = inputsBelowOutput();
        long all = 0;
        long own = 0;
        try (BatchListReader scans = list.open()) {
            while (scans.hasNext()) {
                BatchScan scan = scans.next();
                all++;
                if (!request.shard().holds(scan.scan()))
                    continue;
                own++;
                if (!above.isEmpty())
                    files.all(scan.name()).forEach(file -> requireNoScan(file, above));
                if (anew)
                    files.all(scan.name()).forEach(BatchCheck::requireFree);
            }
        }
        if (all == 0) {
            throw SeptumException.input("no scan in " + request.scans().inputs()
                    + "; give NIfTI, OME-TIFF, TIFF, PNG or JPEG files or the folder of a DICOM series");
        }
        return own;
    }

    private static void requireFree(Path file) {
        try {
            WholeFile.requireFree(file, false);
        } catch (SeptumException e) {
            throw new SeptumException(SeptumException.Kind.OUTPUT,
                    file + " exists; go on with an earlier run with --resume, choose another output, or replace it with"
                            + " --overwrite");
        }
    }

    /** The inputs that lie in the output folder, or are it: a mask could fall among their scans. */
    private List<Path> inputsBelowOutput() {
        List<Path> below = new ArrayList<>();
        try {
            Path output = request.scans().output().toRealPath();
            for (Path input : request.scans().inputs())
                if (input.toRealPath().startsWith(output))
                    below.add(input.toRealPath());
        } catch (IOException e) {
            throw SeptumException.input("cannot look at " + request.scans().inputs() + ": " + e.getMessage(), e);
        }
        return below;
    }

    private void requireNoScan(Path file, List<Path> inputs) {
        Path real = request.scans().output().toAbsolutePath().normalize();
        try {
            real = request.scans().output().toRealPath().resolve(request.scans().output().relativize(file)).normalize();
        } catch (IOException e) {
            // as it was written
        }
        for (Path input : inputs) {
            if (real.startsWith(input) && (Files.isDirectory(input) || real.equals(input)))
                throw new SeptumException(SeptumException.Kind.OUTPUT, "the mask " + file
                        + " would lie among the scans of " + input + "; choose another output folder");
        }
    }

    /**
     * Tells the disk of the scans that was taken away from a scan that was: then not each of them has failed.
     *
     * @throws SeptumException
     *             of kind INPUT if nothing is left of an input
     */
    static void requireScansAreThere(SegmentFolders.Request request, BatchScan scan) {
        if (Files.exists(scan.path()))
            return;
        for (Path input : request.scans().inputs())
            if (!isThere(input))
                throw SeptumException.input(input + " has become empty or cannot be read; was its disk taken away?"
                        + " The run has stopped, --resume goes on");
    }

    private static boolean isThere(Path input) {
        if (!Files.isDirectory(input))
            return Files.exists(input);
        try (DirectoryStream<Path> names = Files.newDirectoryStream(input)) {
            return names.iterator().hasNext();
        } catch (IOException e) {
            return false;
        }
    }
}
