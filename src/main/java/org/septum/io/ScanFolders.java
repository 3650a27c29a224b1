package org.septum.io;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Goes through a tree of folders, one folder after the other, so that no more than the names of one are in memory: for
 * trees of millions of scans. What counts as a scan is what {@link ScanFiles#find} finds.
 */
public final class ScanFolders {

    /**
     * One folder and the scans that belong to it: its image files, and the folders in it that hold DICOM files.
     *
     * @param path
     *            as the root was given, then the names on the way
     * @param modified
     *            when its list of names changed last, in milliseconds since 1970
     * @param scans
     *            in the order of their file names
     */
    public record Folder(Path path, long modified, List<Path> scans) {

        public Folder {
            scans = List.copyOf(scans);
        }
    }

    private final Predicate<Path> leftOut;

    private final Consumer<Folder> visitor;

    /** The folders that lead to the present one. */
    private final Deque<Path> way = new ArrayDeque<>();

    private ScanFolders(Predicate<Path> leftOut, Consumer<Folder> visitor) {
        this.leftOut = leftOut;
        this.visitor = visitor;
    }

    /**
     * Visits a folder and all below it; those below come first, in the order of their names. Links are followed, but
     * not to a folder that leads to them. A folder that may not be read counts as a scan, which reading will refuse
     * with the reason; one that vanishes meanwhile is passed by.
     *
     * @param root
     *            where to begin; if it holds DICOM files itself, nobody is told
     * @param leftOut
     *            true for folders that are not to be looked into
     *
     * @return true if the root itself holds DICOM files
     *
     * @throws org.septum.core.SeptumException
     *             of kind INPUT if the root cannot be read, or the disk of another folder fails
     */
    public static boolean visit(Path root, Predicate<Path> leftOut, Consumer<Folder> visitor) {
        ScanFolders folders = new ScanFolders(leftOut, visitor);
        try {
            return folders.visit(root);
        } catch (IOException e) {
            throw Problem.reading(root, e);
        }
    }

    /** When the list of a folder's names changed last, in milliseconds since 1970; -1 if it is no folder any more. */
    public static long modified(Path folder) {
        try {
            BasicFileAttributes now = Files.readAttributes(folder, BasicFileAttributes.class);
            return now.isDirectory() ? now.lastModifiedTime().toMillis() : -1;
        } catch (IOException e) {
            return -1;
        }
    }

    private boolean visit(Path folder) throws IOException {
        // before its names are read: what is added meanwhile makes it look changed
        long modified = modified(folder);
        List<Path> names = names(folder);
        List<Path> scans = new ArrayList<>();
        boolean dicom = false;
        way.push(folder);
        for (Path path : names) {
            if (Files.isDirectory(path)) {
                if (!leftOut.test(path) && !leadsBack(path) && visitBelow(path))
                    scans.add(path);
            } else if (ScanFiles.isImageFile(path)) {
                scans.add(path);
            } else {
                dicom = dicom || DicomCatalog.mayBeImage(path);
            }
        }
        way.pop();
        visitor.accept(new Folder(folder, modified, scans));
        return dicom;
    }

    private static List<Path> names(Path folder) throws IOException {
        List<Path> names = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream)
                if (!path.getFileName().toString().startsWith("."))
                    names.add(path);
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(names);
        return names;
    }

    private boolean visitBelow(Path folder) {
        try {
            return visit(folder);
        } catch (AccessDeniedException | NoSuchFileException e) {
            // without a time it looks changed, so that the next run looks again
            visitor.accept(new Folder(folder, -1, List.of()));
            return e instanceof AccessDeniedException;
        } catch (IOException e) {
            throw Problem.reading(folder, e);
        }
    }

    private boolean leadsBack(Path folder) {
        if (!Files.isSymbolicLink(folder))
            return false;
        for (Path before : way) {
            try {
                if (Files.isSameFile(before, folder))
                    return true;
            } catch (IOException e) {
                throw Problem.reading(folder, e);
            }
        }
        return false;
    }
}
