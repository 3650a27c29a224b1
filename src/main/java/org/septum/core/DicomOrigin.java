package org.septum.core;

import java.util.List;

/**
 * Whose and which images a scan was read from, as DICOM says it, so that what is made of the scan can name its source.
 * {@link #NONE} for scans in other formats. A text that the source leaves out is empty.
 *
 * @param patient
 *            who was scanned
 * @param study
 *            the examination
 * @param seriesUid
 *            SeriesInstanceUID
 * @param frameOfReferenceUid
 *            UID of the coordinate system that positions count in; empty if the source states none
 * @param images
 *            the image behind each slice of the scan, in the order of its z axis; empty if slices and images do not
 *            match one to one
 */
public record DicomOrigin(Patient patient, Study study, String seriesUid, String frameOfReferenceUid,
        List<SourceImage> images) {

    /** Of a scan that was not read from DICOM. */
    public static final DicomOrigin NONE = new DicomOrigin(new Patient("", "", "", ""), new Study("", "", "", "", ""),
            "", "", List.of());

    /**
     * Who was scanned.
     *
     * @param name
     *            PatientName, its parts divided by ^
     * @param id
     *            PatientID
     * @param birthDate
     *            as YYYYMMDD
     * @param sex
     *            M, F or O
     */
    public record Patient(String name, String id, String birthDate, String sex) {
    }

    /**
     * The examination a scan belongs to.
     *
     * @param uid
     *            StudyInstanceUID
     * @param date
     *            as YYYYMMDD
     * @param time
     *            as HHMMSS, perhaps with fractions
     * @param id
     *            StudyID
     * @param accession
     *            AccessionNumber
     */
    public record Study(String uid, String date, String time, String id, String accession) {
    }

    /**
     * One image of the source.
     *
     * @param classUid
     *            SOPClassUID
     * @param instanceUid
     *            SOPInstanceUID
     * @param frame
     *            number of the frame, from 1, in an image of many; 0 for an image of one
     */
    public record SourceImage(String classUid, String instanceUid, int frame) {
    }

    public DicomOrigin {
        images = List.copyOf(images);
    }

    /** True if the scan was read from DICOM and its series is known. */
    public boolean isKnown() {
        return !study.uid().isEmpty() && !seriesUid.isEmpty();
    }

    /** The same, with the images of other slices. */
    public DicomOrigin withImages(List<SourceImage> others) {
        return new DicomOrigin(patient, study, seriesUid, frameOfReferenceUid, others);
    }
}
