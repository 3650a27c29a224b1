package org.septum.io;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import org.septum.core.ClassLabel;
import org.septum.core.DicomOrigin;
import org.septum.core.DicomOrigin.SourceImage;
import org.septum.core.LabelMask;
import org.septum.core.ScanGeometry;
import org.septum.core.Vector3;

/** All that stands in a DICOM SEG before its pixels. */
final class SegDataset {

    private static final String SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4";

    /** Of a study that was made up. */
    private static final String NO_DATE = "20260101";
    private static final String NO_TIME = "120000";

    private static final int CLASS_UID = 0x00081150;
    private static final int INSTANCE_UID = 0x00081155;
    private static final int POSITION_SEQUENCE = 0x00209113;
    private static final int INDEX_POINTER = 0x00209165;
    private static final int SEGMENT_NUMBER = 0x0062000b;
    private static final int SEGMENT_IDENTIFICATION = 0x0062000a;

    private final LabelMask mask;
    private final SegFrames frames;
    private final DicomOrigin origin;
    /** False for a picture whose pixel size is not known: it has no place in the patient. */
    private final boolean isPlaced;

    SegDataset(LabelMask mask, SegFrames frames) {
        this.mask = mask;
        this.frames = frames;
        this.origin = mask.dicom();
        Vector3 spacing = mask.geometry().spacing();
        this.isPlaced = !Double.isNaN(spacing.x() + spacing.y());
    }

    /**
     * The file up to the value of its pixels.
     *
     * @param pixelBytes
     *            length of that value
     */
    byte[] head(long pixelBytes) {
        String instance = uid("instance");
        DicomElements out = new DicomElements();
        putIdentity(out, instance);
        putSeries(out);
        putDimensions(out);
        putImage(out);
        putSegments(out);
        out.text(0x00700080, "CS", "SEGMENTATION").text(0x00700081, "LO", "Segmentation by Septum").text(0x00700084,
                "PN", "");
        putFunctionalGroups(out);
        out.head(DicomFile.PIXELS, "OB", pixelBytes);
        byte[] start = DicomElements.fileHead(SEGMENTATION, instance);
        byte[] data = out.toBytes();
        return ByteBuffer.allocate(start.length + data.length).put(start).put(data).array();
    }

    private String uid(String what) {
        return DicomUids.of(frames.digest() + "/" + what);
    }

    private static String or(String value, String otherwise) {
        return value.isEmpty() ? otherwise : value;
    }

    /** As YYYYMMDD, though the source have the dots of old standards; empty if it is no date. */
    private static String date(String value) {
        String digits = value.replace(".", "");
        return digits.matches("\\d{8}") ? digits : "";
    }

    /** As HHMMSS, though the source have the colons of old standards; empty if it is no time. */
    private static String time(String value) {
        String digits = value.replace(":", "");
        return digits.matches("\\d{2}|\\d{4}|\\d{6}(\\.\\d{1,6})?") ? digits : "";
    }

    private void putIdentity(DicomElements out, String instance) {
        DicomOrigin.Study study = origin.study();
        // Why? The day of writing would make the file differ from one run to the next, so it bears the study's.
        String date = date(study.date());
        String time = time(study.time());
        out.text(0x00080005, "CS", "ISO_IR 192").text(0x00080008, "CS", "DERIVED\\PRIMARY")
                .text(0x00080016, "UI", SEGMENTATION).text(0x00080018, "UI", instance)
                .text(0x00080020, "DA", origin.isKnown() ? date : NO_DATE).text(0x00080023, "DA", or(date, NO_DATE))
                .text(0x00080030, "TM", origin.isKnown() ? time : NO_TIME).text(0x00080033, "TM", or(time, NO_TIME))
                .text(0x00080050, "SH", study.accession()).text(DicomFile.MODALITY, "CS", "SEG")
                .text(0x00080070, "LO", "Septum").text(0x00080090, "PN", "")
                .text(DicomFile.SERIES_DESCRIPTION, "LO", "Septum segmentation").text(0x00081090, "LO", "Septum");
        if (!origin.images().isEmpty()) {
            List<DicomElements> images = origin.images().stream()
                    .map(i -> new SourceImage(i.classUid(), i.instanceUid(), 0)).distinct().map(SegDataset::reference)
                    .toList();
            out.sequence(0x00081115, new DicomElements().sequence(0x0008114a, images).text(DicomFile.SERIES_UID, "UI",
                    origin.seriesUid()));
        }
        out.text(0x00100010, "PN", origin.patient().name()).text(0x00100020, "LO", origin.patient().id())
                .text(0x00100030, "DA", date(origin.patient().birthDate()))
                .text(0x00100040, "CS", origin.patient().sex());
    }

    private static DicomElements reference(SourceImage image) {
        DicomElements out = new DicomElements().text(CLASS_UID, "UI", image.classUid()).text(INSTANCE_UID, "UI",
                image.instanceUid());
        return image.frame() > 0 ? out.text(0x00081160, "IS", Integer.toString(image.frame())) : out;
    }

    private void putSeries(DicomElements out) {
        String version = Optional.ofNullable(SegDataset.class.getPackage().getImplementationVersion()).orElse("0");
        out.text(0x00181000, "LO", "0").text(0x00181020, "LO", version)
                .text(0x0020000d, "UI", or(origin.study().uid(), uid("study")))
                .text(DicomFile.SERIES_UID, "UI", uid("series")).text(0x00200010, "SH", origin.study().id())
                .text(0x00200011, "IS", "9901").text(0x00200013, "IS", "1");
        if (!isPlaced)
            out.text(0x00200020, "CS", "");
        if (isPlaced || !origin.frameOfReferenceUid().isEmpty())
            out.text(0x00200052, "UI", or(origin.frameOfReferenceUid(), uid("frame of reference"))).text(0x00201040,
                    "LO", "");
    }

    private void putDimensions(DicomElements out) {
        String organization = uid("dimensions");
        List<DicomElements> index = new ArrayList<>();
        index.add(new DicomElements().text(0x00209164, "UI", organization).tag(INDEX_POINTER, SEGMENT_NUMBER)
                .tag(0x00209167, SEGMENT_IDENTIFICATION).text(0x00209421, "LO", "Segment Number"));
        if (isPlaced)
            index.add(new DicomElements().text(0x00209164, "UI", organization).tag(INDEX_POINTER, DicomFile.POSITION)
                    .tag(0x00209167, POSITION_SEQUENCE).text(0x00209421, "LO", "Slice Position"));
        out.sequence(0x00209221, new DicomElements().text(0x00209164, "UI", organization)).sequence(0x00209222, index);
    }

    private void putImage(DicomElements out) {
        out.unsignedShorts(DicomFile.SAMPLES, 1).text(DicomFile.PHOTOMETRIC, "CS", "MONOCHROME2")
                .text(DicomFile.FRAMES, "IS", Integer.toString(frames.frames().size()))
                .unsignedShorts(DicomFile.ROWS, (int) mask.size(1))
                .unsignedShorts(DicomFile.COLUMNS, (int) mask.size(0)).unsignedShorts(DicomFile.BITS_ALLOCATED, 1)
                .unsignedShorts(DicomFile.BITS_STORED, 1).unsignedShorts(DicomFile.HIGH_BIT, 0)
                .unsignedShorts(DicomFile.SIGNED, 0).text(0x00282110, "CS", "00");
    }

    private void putSegments(DicomElements out) {
        List<DicomElements> segments = new ArrayList<>();
        int number = 1;
        for (ClassLabel label : mask.labels().foreground()) {
            SegmentCode code = SegmentCode.of(label.name());
            DicomElements segment = new DicomElements();
            code.category().into(segment, 0x00620003).unsignedShorts(0x00620004, number++)
                    .text(0x00620005, "LO", SegmentCode.label(label.name()))
                    .text(0x00620006, "ST", "label value " + label.value()).text(0x00620008, "CS", "AUTOMATIC")
                    .text(0x00620009, "LO", "Septum").unsignedShorts(0x0062000d, CieLab.encode(label.rgb()));
            segments.add(putType(segment, code));
        }
        out.text(0x00620001, "CS", "BINARY").sequence(0x00620002, segments).text(0x00620013, "CS", "NO");
    }

    private static DicomElements putType(DicomElements out, SegmentCode code) {
        DicomElements type = new DicomElements().text(0x00080100, "SH", code.type().value())
                .text(0x00080102, "SH", "SCT").text(0x00080104, "LO", code.type().meaning());
        for (SegmentCode.Concept side : code.side())
            side.into(type, 0x00620011);
        return out.sequence(0x0062000f, type);
    }

    private void putFunctionalGroups(DicomElements out) {
        DicomElements shared = new DicomElements();
        ScanGeometry geometry = mask.geometry();
        if (isPlaced) {
            shared.sequence(0x00209116, new DicomElements().numbers(DicomFile.ORIENTATION, geometry.direction().x(),
                    geometry.direction().y()));
            shared.sequence(0x00289110, pixelMeasures(geometry));
        }
        List<DicomElements> perFrame = frames.frames().stream().map(this::functionalGroups).toList();
        out.sequence(0x52009229, shared).sequence(0x52009230, perFrame);
    }

    private static DicomElements pixelMeasures(ScanGeometry geometry) {
        DicomElements out = new DicomElements();
        Vector3 spacing = geometry.spacing();
        if (Double.isNaN(spacing.z())) {
            // Why? Programs refuse a segmentation without a thickness. What is not known is the spacing, which stays
            // out.
            out.numbers(DicomFile.SLICE_THICKNESS, Math.min(spacing.x(), spacing.y()));
        } else {
            Vector3 normal = geometry.direction().x().cross(geometry.direction().y());
            // Across the slices, though they be shifted against each other by a tilted gantry.
            double across = spacing.z() * Math.abs(geometry.direction().z().dot(normal));
            out.numbers(DicomFile.SLICE_THICKNESS, across).numbers(DicomFile.SLICE_SPACING, across);
        }
        return out.numbers(DicomFile.PIXEL_SPACING, spacing.y(), spacing.x());
    }

    private DicomElements functionalGroups(SegFrames.Frame frame) {
        DicomElements out = new DicomElements();
        int z = frame.slice();
        if (origin.images().size() == mask.size(2))
            putDerivation(out, origin.images().get(z));
        int[] segment = { frame.segment() };
        int[] both = { frame.segment(), Collections.binarySearch(frames.slices(), z) + 1 };
        out.sequence(0x00209111, new DicomElements().unsignedInts(0x00209157, isPlaced ? both : segment));
        if (isPlaced)
            out.sequence(POSITION_SEQUENCE,
                    new DicomElements().numbers(DicomFile.POSITION, mask.geometry().position(0, 0, z)));
        return out.sequence(SEGMENT_IDENTIFICATION, new DicomElements().unsignedShorts(SEGMENT_NUMBER, segment));
    }

    private static void putDerivation(DicomElements out, SourceImage image) {
        DicomElements source = reference(image).text(0x0028135a, "CS", "YES").code(0x0040a170, "121322", "DCM",
                "Source image for image processing operation");
        out.sequence(0x00089124,
                new DicomElements().sequence(0x00082112, source).code(0x00089215, "113076", "DCM", "Segmentation"));
    }
}
