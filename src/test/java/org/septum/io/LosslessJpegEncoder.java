package org.septum.io;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Encodes lossless JPEG of one channel and 16 bits by ITU-T T.81, annex H; every category has a code of 5 bits. */
final class LosslessJpegEncoder {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private long bits;
    private int count;

    private LosslessJpegEncoder() {
    }

    /**
     * @param restart
     *            samples between restart markers, whole rows
     */
    static byte[] encode(int[] samples, int width, int height, int predictor, int pointTransform, int restart) {
        LosslessJpegEncoder encoder = new LosslessJpegEncoder();
        encoder.header(width, height, predictor, pointTransform, restart);
        encoder.scan(samples, width, predictor, pointTransform, restart);
        return encoder.out.toByteArray();
    }

    private void header(int width, int height, int predictor, int pointTransform, int restart) {
        out.writeBytes(new byte[] { (byte) 0xff, (byte) 0xd8 });
        out.writeBytes(ByteBuffer.allocate(13).putShort((short) 0xffc3).putShort((short) 11).put((byte) 16)
                .putShort((short) height).putShort((short) width).put((byte) 1).put((byte) 1).put((byte) 0x11)
                .put((byte) 0).array());
        ByteBuffer table = ByteBuffer.allocate(2 + 2 + 1 + 16 + 17).putShort((short) 0xffc4).putShort((short) 36)
                .put((byte) 0).put(4 + 1 + 4, (byte) 17).position(21);
        for (int category = 0; category <= 16; category++)
            table.put((byte) category);
        out.writeBytes(table.array());
        out.writeBytes(
                ByteBuffer.allocate(6).putShort((short) 0xffdd).putShort((short) 4).putShort((short) restart).array());
        out.writeBytes(ByteBuffer.allocate(10).putShort((short) 0xffda).putShort((short) 8).put((byte) 1).put((byte) 1)
                .put((byte) 0).put((byte) predictor).put((byte) 0).put((byte) pointTransform).array());
    }

    private void scan(int[] samples, int width, int predictor, int pointTransform, int restart) {
        for (int i = 0; i < samples.length; i++) {
            if (i > 0 && i % restart == 0) {
                flush();
                out.write(0xff);
                out.write(0xd0 + (i / restart - 1) % 8);
            }
            int x = i % width;
            boolean firstRow = i % restart < width;
            int left = x > 0 ? samples[i - 1] >> pointTransform : 0;
            int above = firstRow ? 0 : samples[i - width] >> pointTransform;
            int diagonal = firstRow || x == 0 ? 0 : samples[i - width - 1] >> pointTransform;
            int predicted = firstRow ? x == 0 ? 1 << 15 - pointTransform : left
                    : x == 0 ? above
                            : new int[] { 0, left, above, diagonal, left + above - diagonal,
                                    left + (above - diagonal >> 1), above + (left - diagonal >> 1),
                                    left + above >> 1 }[predictor];
            difference((short) ((samples[i] >> pointTransform) - predicted));
        }
        flush();
        out.writeBytes(new byte[] { (byte) 0xff, (byte) 0xd9 });
    }

    private void difference(int d) {
        int category = d == -32768 ? 16 : 32 - Integer.numberOfLeadingZeros(Math.abs(d));
        put(category, 5);
        if (category < 16)
            put(d < 0 ? d - 1 + (1 << category) : d, category);
    }

    private void put(int value, int size) {
        bits = bits << size | value & (1L << size) - 1;
        count += size;
        while (count >= 8) {
            int b = (int) (bits >> count - 8) & 0xff;
            out.write(b);
            if (b == 0xff)
                out.write(0);
            count -= 8;
        }
    }

    private void flush() {
        if (count > 0)
            put(-1, 8 - count);
    }
}
