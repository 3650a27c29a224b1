package org.septum.io;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import org.septum.core.DicomOrigin;
import org.septum.core.DicomOrigin.Patient;
import org.septum.core.DicomOrigin.SourceImage;
import org.septum.core.DicomOrigin.Study;

/** Takes from the tags of a series whose and which it is. */
final class DicomOrigins {

    private static final int CHARACTER_SET = 0x00080005;
    private static final int CLASS_UID = 0x00080016;
    private static final int INSTANCE_UID = 0x00080018;

    /** Java's names of DICOM's character sets (PS3.3, C.12.1.1.2), by the number of the set. */
    private static final Map<String, String> CHARSETS = Map.ofEntries(Map.entry("100", "ISO-8859-1"),
            Map.entry("101", "ISO-8859-2"), Map.entry("109", "ISO-8859-3"), Map.entry("110", "ISO-8859-4"),
            Map.entry("144", "ISO-8859-5"), Map.entry("127", "ISO-8859-6"), Map.entry("126", "ISO-8859-7"),
            Map.entry("138", "ISO-8859-8"), Map.entry("148", "ISO-8859-9"), Map.entry("203", "ISO-8859-15"),
            Map.entry("13", "JIS_X0201"), Map.entry("166", "TIS-620"), Map.entry("192", "UTF-8"),
            Map.entry("87", "ISO-2022-JP"), Map.entry("149", "EUC-KR"), Map.entry("58", "GB2312"));

    private DicomOrigins() {
    }

    /**
     * The origin of a scan.
     *
     * @param slices
     *            the image of each slice, in the scan's order
     */
    static DicomOrigin of(List<DicomFile> slices) {
        DicomFile first = slices.get(0);
        Charset charset = charset(first.text(CHARACTER_SET));
        Patient patient = new Patient(text(first, 0x00100010, charset), text(first, 0x00100020, charset),
                first.text(0x00100030), first.text(0x00100040));
        Study study = new Study(first.text(0x0020000d), first.text(0x00080020), first.text(0x00080030),
                text(first, 0x00200010, charset), text(first, 0x00080050, charset));
        List<SourceImage> images = slices.stream().map(s -> new SourceImage(s.text(CLASS_UID), s.text(INSTANCE_UID), 0))
                .toList();
        boolean complete = images.stream().noneMatch(i -> i.classUid().isEmpty() || i.instanceUid().isEmpty());
        return new DicomOrigin(patient, study, first.text(DicomFile.SERIES_UID), first.text(0x00200052),
                complete ? images : List.of());
    }

    /**
     * The set that text is in. Of several, the last: the first ones are for ASCII, and escapes lead to the others.
     */
    private static Charset charset(String value) {
        String last = value.substring(value.lastIndexOf('\\') + 1).strip();
        if (last.startsWith("GB"))
            return Charset.isSupported("GB18030") ? Charset.forName("GB18030") : StandardCharsets.ISO_8859_1;
        String name = CHARSETS.getOrDefault(last.substring(last.lastIndexOf(' ') + 1).replaceAll("^IR_?", ""),
                "ISO-8859-1");
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }

    /** The parser keeps a byte as a char; here the bytes become text. */
    private static String text(DicomFile file, int tag, Charset charset) {
        String decoded = new String(file.text(tag).getBytes(StandardCharsets.ISO_8859_1), charset);
        // What is left of the escapes to Korean and Chinese sets: ESC $ ) C, ESC $ ) A.
        return decoded.replaceAll("\u001b\\$?[()][A-Z]", "").replaceAll("\\p{Cntrl}", "");
    }
}
