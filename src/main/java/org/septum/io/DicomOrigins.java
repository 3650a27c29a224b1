package org.septum.io;

import java.util.List;

import org.septum.core.DicomOrigin;
import org.septum.core.DicomOrigin.Patient;
import org.septum.core.DicomOrigin.SourceImage;
import org.septum.core.DicomOrigin.Study;

/** Takes from the tags of a series whose and which it is. */
final class DicomOrigins {

    private DicomOrigins() {
    }

    /**
     * The origin of a scan.
     *
     * @param slices
     *            the image of each slice, in the scan's order
     */
    static DicomOrigin of(List<DicomFrame> slices) {
        DicomFile first = slices.get(0).file();
        Patient patient = new Patient(DicomText.of(first, 0x00100010), DicomText.of(first, DicomFile.PATIENT_ID),
                first.text(0x00100030), first.text(0x00100040));
        Study study = new Study(first.text(DicomFile.STUDY_UID), first.text(0x00080020), first.text(0x00080030),
                DicomText.of(first, 0x00200010), DicomText.of(first, 0x00080050));
        List<SourceImage> images = slices.stream().map(DicomOrigins::image).toList();
        boolean complete = images.stream().noneMatch(i -> i.classUid().isEmpty() || i.instanceUid().isEmpty());
        return new DicomOrigin(patient, study, first.text(DicomFile.SERIES_UID), first.text(0x00200052),
                complete ? images : List.of());
    }

    private static SourceImage image(DicomFrame slice) {
        DicomFile file = slice.file();
        return new SourceImage(file.text(DicomFile.SOP_CLASS), file.text(DicomFile.SOP_INSTANCE),
                DicomFrame.count(file) > 1 ? slice.index() + 1 : 0);
    }
}
