package org.septum.io;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

import org.septum.core.SeptumException;

/** Whose scan lies in a DICOM file or folder, told from one header. */
public final class PatientIds {

    private PatientIds() {
    }

    /**
     * PatientID of a scan. It names a person: keep it no longer than it takes to compare it.
     *
     * @param scan
     *            a DICOM file, or a folder of which one DICOM file is read
     *
     * @return absent if it is not DICOM, cannot be read (whoever reads the scan will say so) or bears no ID
     */
    public static Optional<String> of(Path scan) {
        try {
            return file(scan).map(DicomFile::parse).map(f -> DicomText.of(f, DicomFile.PATIENT_ID).strip())
                    .filter(id -> !id.isEmpty());
        } catch (SeptumException e) {
            return Optional.empty();
        }
    }

    private static Optional<Path> file(Path scan) {
        if (!Files.isDirectory(scan))
            return Optional.of(scan).filter(DicomFile::isDicom);
        try (Stream<Path> files = Files.list(scan)) {
            List<Path> sorted = files.sorted().toList();
            return sorted.stream().filter(f -> !FileNames.lower(f).equals("dicomdir") && DicomFile.isDicom(f))
                    .findFirst();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
