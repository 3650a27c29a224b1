package org.septum.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * One selection in ImageJ's own format (.roi, version 228): big-endian, a header of 64 bytes, the coordinates, a second
 * header of 64 bytes, the name.
 *
 * @param name
 *            shown in the ROI Manager
 * @param slice
 *            slice it lies on, from 1
 * @param rgb
 *            colour of its line as 0xRRGGBB
 * @param outlines
 *            as {@link MaskOutlines} gives them, at least one; a single one becomes a traced selection, more a
 *            composite
 */
record ImageJRoi(String name, int slice, int rgb, List<int[]> outlines) {

    /** ImageJ keeps the bounds of a selection in signed 16-bit numbers. */
    static final int LARGEST = 32767;

    private static final int HEADER = 64;
    private static final int VERSION = 228;
    private static final int RECTANGLE = 1;
    private static final int TRACED = 8;
    private static final int MOVE_TO = 0;
    private static final int LINE_TO = 1;
    private static final int CLOSE = 4;
    private static final int MOST_POINTS = 65535;

    byte[] toBytes() {
        boolean traced = outlines.size() == 1 && outlines.get(0).length / 2 <= MOST_POINTS;
        byte[] utf16 = name.getBytes(StandardCharsets.UTF_16BE);
        int corners = outlines.stream().mapToInt(o -> o.length / 2).sum();
        // A composite has three floats a corner and one for the end of each outline.
        int floats = 3 * corners + outlines.size();
        int second = HEADER + 4 * (traced ? corners : floats);
        ByteBuffer out = ByteBuffer.allocate(second + HEADER + utf16.length);
        out.put(new byte[] { 'I', 'o', 'u', 't' }).putShort((short) VERSION).put((byte) (traced ? TRACED : RECTANGLE));
        int[] bounds = bounds();
        for (int i = 0; i < 4; i++)
            out.putShort(8 + 2 * i, (short) bounds[i]);
        out.putShort(16, (short) (traced ? corners : 0));
        out.putInt(36, traced ? 0 : floats);
        out.putInt(40, 0xff000000 | rgb);
        out.putInt(56, slice);
        out.putInt(60, second);
        out.position(HEADER);
        if (traced)
            putTraced(out, outlines.get(0), bounds);
        else
            outlines.forEach(outline -> putPath(out, outline));
        out.putInt(second + 16, second + HEADER);
        out.putInt(second + 20, name.length());
        return out.position(second + HEADER).put(utf16).array();
    }

    /** Top, left, bottom, right. */
    private int[] bounds() {
        int[] bounds = { LARGEST, LARGEST, 0, 0 };
        for (int[] outline : outlines) {
            for (int i = 0; i < outline.length; i += 2) {
                bounds[0] = Math.min(bounds[0], outline[i + 1]);
                bounds[1] = Math.min(bounds[1], outline[i]);
                bounds[2] = Math.max(bounds[2], outline[i + 1]);
                bounds[3] = Math.max(bounds[3], outline[i]);
            }
        }
        return bounds;
    }

    /** All x, then all y, from the upper left corner of the bounds. */
    private static void putTraced(ByteBuffer out, int[] outline, int[] bounds) {
        for (int i = 0; i < outline.length; i += 2)
            out.putShort((short) (outline[i] - bounds[1]));
        for (int i = 1; i < outline.length; i += 2)
            out.putShort((short) (outline[i] - bounds[0]));
    }

    private static void putPath(ByteBuffer out, int[] outline) {
        for (int i = 0; i < outline.length; i += 2)
            out.putFloat(i == 0 ? MOVE_TO : LINE_TO).putFloat(outline[i]).putFloat(outline[i + 1]);
        out.putFloat(CLOSE);
    }
}
