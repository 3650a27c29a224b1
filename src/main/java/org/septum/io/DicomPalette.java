package org.septum.io;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The colours that the values of a PALETTE COLOR image stand for (PS3.3, C.7.6.3.1.5), from 0 to 255.
 *
 * @param first
 *            stored value of the first entry
 * @param channels
 *            red, green and blue of each entry
 */
record DicomPalette(int first, List<float[]> channels) {

    static DicomPalette of(DicomFile file) {
        List<float[]> channels = new ArrayList<>();
        for (int c = 0; c < 3; c++)
            channels.add(channel(file, c));
        int first = (int) file.real(DicomFile.PALETTE_DESCRIPTOR, 1).orElse(0);
        return new DicomPalette(file.number(DicomFile.SIGNED, 0) == 1 ? (short) first : first, channels);
    }

    private static float[] channel(DicomFile file, int c) {
        int entries = (int) file.real(DicomFile.PALETTE_DESCRIPTOR + c, 0).orElse(-1);
        int bits = (int) file.real(DicomFile.PALETTE_DESCRIPTOR + c, 2).orElse(16);
        if (entries == 0)
            entries = 1 << 16;
        byte[] data = file.text(DicomFile.PALETTE_DATA + c).getBytes(StandardCharsets.ISO_8859_1);
        // Why? Entries of 8 bits are put down as bytes by some writers and as words by others.
        int size = data.length >= 2 * entries ? 2 : 1;
        if (entries < 1 || data.length < entries * size)
            throw DicomLayout.refuse(file, "is a PALETTE COLOR image without a whole palette (" + data.length
                    + " bytes for " + entries + " entries; segmented palettes are not read)", "convert it to RGB");
        float[] out = new float[entries];
        for (int i = 0; i < entries; i++) {
            int value = data[size * i] & 0xff;
            if (size == 2)
                value |= (data[2 * i + 1] & 0xff) << 8;
            out[i] = size == 2 && bits > 8 ? value >> 8 : value & 0xff;
        }
        return out;
    }

    /** Red, green and blue of stored values; one outside the palette takes its nearest entry. */
    float[][] apply(float[] values) {
        float[][] out = new float[3][values.length];
        for (int c = 0; c < 3; c++) {
            float[] channel = channels.get(c);
            for (int i = 0; i < values.length; i++)
                out[c][i] = channel[Math.max(0, Math.min(channel.length - 1, (int) values[i] - first))];
        }
        return out;
    }
}
