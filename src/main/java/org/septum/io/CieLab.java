package org.septum.io;

/**
 * Colours as DICOM writes them (PS3.3, C.10.7.1.1): CIE L*a*b* in three 16-bit numbers.
 * <p>
 * Differs from the standard, which means the white of ICC profiles (D50): the white is that of sRGB (D65), without
 * adaptation, because the programs that show segments turn the numbers back so.
 */
final class CieLab {

    /** sRGB to XYZ, rows X, Y, Z, for components from 0 to 1 (IEC 61966-2-1). */
    private static final double[][] TO_XYZ = { { 0.4124, 0.3576, 0.1805 }, { 0.2126, 0.7152, 0.0722 },
            { 0.0193, 0.1192, 0.9505 } };
    /** XYZ to sRGB, rows red, green, blue: the inverse. */
    private static final double[][] FROM_XYZ = { { 3.2406, -1.5372, -0.4986 }, { -0.9689, 1.8758, 0.0415 },
            { 0.0557, -0.2040, 1.0570 } };
    private static final double[] WHITE = { 0.95047, 1, 1.08883 };

    private CieLab() {
    }

    /**
     * The three numbers of a colour.
     *
     * @param rgb
     *            as 0xRRGGBB, sRGB
     *
     * @return L* from 0 to 100, a* and b* from -128 to 127, each scaled to 0…65535
     */
    static int[] encode(int rgb) {
        double[] f = new double[3];
        for (int row = 0; row < 3; row++) {
            double sum = 0;
            for (int c = 0; c < 3; c++)
                sum += TO_XYZ[row][c] * linear((rgb >> 16 - 8 * c & 0xff) / 255.0);
            f[row] = compressed(sum / WHITE[row]);
        }
        return new int[] { scaled((116 * f[1] - 16) / 100), scaled((500 * (f[0] - f[1]) + 128) / 255),
                scaled((200 * (f[1] - f[2]) + 128) / 255) };
    }

    /**
     * The colour of three numbers, the inverse of {@link #encode} but for rounding; what sRGB cannot show is clipped.
     *
     * @return as 0xRRGGBB
     */
    static int decode(double lightness, double a, double b) {
        double fy = (lightness / 655.35 + 16) / 116;
        double[] f = { fy + (a / 257 - 128) / 500, fy, fy - (b / 257 - 128) / 200 };
        int rgb = 0;
        for (double[] row : FROM_XYZ) {
            double sum = 0;
            for (int c = 0; c < 3; c++)
                sum += row[c] * WHITE[c] * expanded(f[c]);
            rgb = rgb << 8 | component(sum);
        }
        return rgb;
    }

    private static double expanded(double f) {
        return f > 6 / 29.0 ? f * f * f : 108 / 841.0 * (f - 4 / 29.0);
    }

    private static int component(double linear) {
        double v = linear > 0.0031308 ? 1.055 * Math.pow(linear, 1 / 2.4) - 0.055 : 12.92 * linear;
        return (int) Math.round(255 * Math.max(0, Math.min(1, v)));
    }

    private static double linear(double component) {
        return component > 0.04045 ? Math.pow((component + 0.055) / 1.055, 2.4) : component / 12.92;
    }

    private static double compressed(double t) {
        return t > 216 / 24389.0 ? Math.cbrt(t) : 841 / 108.0 * t + 4 / 29.0;
    }

    private static int scaled(double part) {
        return (int) Math.round(65535 * Math.max(0, Math.min(1, part)));
    }
}
