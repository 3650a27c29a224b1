package org.septum.io;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Turns the bytes of names in a DICOM file, which the parser keeps as one char each, into text. */
final class DicomText {

    private static final int CHARACTER_SET = 0x00080005;

    /** Java's names of DICOM's character sets (PS3.3, C.12.1.1.2), by the number of the set. */
    private static final Map<String, String> CHARSETS = Map.ofEntries(Map.entry("100", "ISO-8859-1"),
            Map.entry("101", "ISO-8859-2"), Map.entry("109", "ISO-8859-3"), Map.entry("110", "ISO-8859-4"),
            Map.entry("144", "ISO-8859-5"), Map.entry("127", "ISO-8859-6"), Map.entry("126", "ISO-8859-7"),
            Map.entry("138", "ISO-8859-8"), Map.entry("148", "ISO-8859-9"), Map.entry("203", "ISO-8859-15"),
            Map.entry("13", "JIS_X0201"), Map.entry("166", "TIS-620"), Map.entry("192", "UTF-8"),
            Map.entry("87", "ISO-2022-JP"), Map.entry("149", "EUC-KR"), Map.entry("58", "GB2312"),
            Map.entry("GB18030", "GB18030"), Map.entry("GBK", "GBK"));

    private DicomText() {
    }

    /** The text of a tag of the outermost level. */
    static String of(DicomFile file, int tag) {
        return decode(file, file.text(tag));
    }

    /**
     * The text of a value from anywhere in a file.
     *
     * @param value
     *            as the parser keeps it
     */
    static String decode(DicomFile file, String value) {
        String decoded = new String(value.getBytes(StandardCharsets.ISO_8859_1), charset(file.text(CHARACTER_SET)));
        // What is left of the escapes to Korean and Chinese sets: ESC $ ) C, ESC $ ) A.
        return decoded.replaceAll("\u001b\\$?[()][A-Z]", "").replaceAll("\\p{Cntrl}", "");
    }

    /**
     * The set that text is in. Of several, the last: the first ones are for ASCII, and escapes lead to the others.
     */
    private static Charset charset(String value) {
        String last = value.substring(value.lastIndexOf('\\') + 1).strip();
        String number = last.substring(last.lastIndexOf(' ') + 1);
        String name = CHARSETS.getOrDefault(number, "ISO-8859-1");
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.ISO_8859_1;
    }
}
