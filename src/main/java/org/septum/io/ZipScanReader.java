package org.septum.io;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

import org.septum.core.FileTree;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.core.Workspace;

/**
 * Reads a DICOM series in a zip, in whatever folders of it. The files are unpacked to a temporary folder, which goes
 * when the scan is no longer used, or else when the program ends.
 */
final class ZipScanReader implements ScanReader {

    private static final Cleaner CLEANER = Cleaner.create();
    /** Folders that are still there when the program ends: no cleaner runs then. */
    private static final Set<Path> UNPACKED = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(ZipScanReader::deleteUnpacked, "septum-zip"));
    }

    private static final DicomScanReader DICOM = new DicomScanReader();

    @Override
    public boolean accepts(Path path) {
        return FileNames.lower(path).endsWith(".zip") && Files.isRegularFile(path);
    }

    @Override
    public Scan read(Path path, ReadOptions options, Workspace space) {
        Path folder = unpack(path);
        boolean kept = false;
        try {
            Scan scan = DICOM.read(folder, FileNames.stem(path), options);
            CLEANER.register(scan.pixels(), () -> delete(folder));
            kept = true;
            return scan;
        } catch (SeptumException e) {
            throw named(e, folder, path);
        } finally {
            if (!kept)
                delete(folder);
        }
    }

    @Override
    public List<ScanContent> contents(Path path) {
        Path folder = unpack(path);
        try {
            return DICOM.contents(folder);
        } catch (SeptumException e) {
            throw named(e, folder, path);
        } finally {
            delete(folder);
        }
    }

    /** The temporary folder means nothing to people. */
    private static SeptumException named(SeptumException e, Path folder, Path zip) {
        return new SeptumException(e.kind(), e.getMessage().replace(folder.toString(), zip.toString()), e);
    }

    private static Path unpack(Path path) {
        Path folder = null;
        try (ZipFile zip = new ZipFile(path.toFile())) {
            folder = Files.createTempDirectory("septum-zip-");
            UNPACKED.add(folder);
            long room = Files.getFileStore(folder).getUsableSpace() / 2;
            int number = 0;
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements();) {
                ZipEntry entry = all.nextElement();
                String name = entry.getName().replaceFirst(".*[/\\\\]", "");
                if (entry.isDirectory() || name.startsWith(".") || entry.getName().contains("__MACOSX/"))
                    continue;
                // Why? The number keeps names of different folders apart, and no name can lead out of the folder.
                String safe = String.format(Locale.ROOT, "%06d_%s", ++number, name.replaceAll("[^A-Za-z0-9._-]", "_"));
                try (InputStream in = zip.getInputStream(entry)) {
                    room -= copy(in, folder.resolve(safe), room);
                }
            }
            return folder;
        } catch (IOException | RuntimeException e) {
            if (folder != null)
                delete(folder);
            throw Problem.reading(path, e);
        }
    }

    private static long copy(InputStream in, Path to, long room) throws IOException {
        byte[] some = new byte[1 << 16];
        long all = 0;
        try (var out = Files.newOutputStream(to)) {
            for (int n = in.read(some); n >= 0; n = in.read(some)) {
                all += n;
                if (all > room)
                    throw new IOException("unpacked it does not fit on the disk of temporary files");
                out.write(some, 0, n);
            }
        }
        return all;
    }

    /** The temporary folders that there are. */
    static Set<Path> unpacked() {
        return Set.copyOf(UNPACKED);
    }

    /** Deletes what was unpacked and not deleted yet; scans that were read from it lose their pixels. */
    static void deleteUnpacked() {
        UNPACKED.forEach(ZipScanReader::delete);
    }

    private static void delete(Path folder) {
        UNPACKED.remove(folder);
        FileTree.deleteQuietly(folder);
    }
}
