package org.septum.io;

import java.util.ArrayList;
import java.util.List;

/**
 * The outlines of one class in one slice: closed paths along the sides of pixels, through integer corners. Pixel (x, y)
 * covers the square from (x, y) to (x + 1, y + 1). With y downwards, outer outlines run clockwise and those of holes
 * counter-clockwise, so that filling by either rule (even-odd, non-zero) gives exactly the pixels. Pixels that touch at
 * a corner only are outlined each for itself.
 */
final class MaskOutlines {

    private static final int RIGHT = 0;
    private static final int DOWN = 1;
    private static final int LEFT = 2;
    private static final int UP = 3;
    private static final int[] STEP_X = { 1, 0, -1, 0 };
    private static final int[] STEP_Y = { 0, 1, 0, -1 };

    private final byte[] labels;
    private final int width;
    private final int height;
    private final byte value;
    /** For each corner the directions in which a side leaves it, as bits. */
    private final byte[] sides;

    private MaskOutlines(byte[] labels, int width, byte value) {
        this.labels = labels;
        this.width = width;
        this.height = labels.length / width;
        this.value = value;
        this.sides = new byte[(width + 1) * (height + 1)];
    }

    /**
     * Traces the pixels that have a value.
     *
     * @param labels
     *            a slice, row by row
     *
     * @return the corners of each outline as x, y, x, y, …; the last is joined to the first
     */
    static List<int[]> of(byte[] labels, int width, byte value) {
        MaskOutlines outlines = new MaskOutlines(labels, width, value);
        outlines.collectSides();
        return outlines.trace();
    }

    private boolean isInside(int x, int y) {
        return x >= 0 && x < width && y >= 0 && y < height && labels[y * width + x] == value;
    }

    /** The sides between inside and outside, each directed so that the inside lies to its right. */
    private void collectSides() {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                if (!isInside(x, y))
                    continue;
                if (!isInside(x, y - 1))
                    leave(x, y, RIGHT);
                if (!isInside(x + 1, y))
                    leave(x + 1, y, DOWN);
                if (!isInside(x, y + 1))
                    leave(x + 1, y + 1, LEFT);
                if (!isInside(x - 1, y))
                    leave(x, y + 1, UP);
            }
        }
    }

    private void leave(int x, int y, int direction) {
        sides[y * (width + 1) + x] |= (byte) (1 << direction);
    }

    private List<int[]> trace() {
        List<int[]> outlines = new ArrayList<>();
        for (int y = 0; y <= height; y++) {
            for (int x = 0; x <= width; x++) {
                // Row by row, the first side to the right of an outline that is met begins at a corner of it.
                while ((sides[y * (width + 1) + x] & 1 << RIGHT) != 0)
                    outlines.add(follow(x, y));
            }
        }
        return outlines;
    }

    private int[] follow(int startX, int startY) {
        List<Integer> corners = new ArrayList<>();
        int x = startX;
        int y = startY;
        int before = -1;
        int direction = RIGHT;
        do {
            if (direction != before) {
                corners.add(x);
                corners.add(y);
            }
            sides[y * (width + 1) + x] &= (byte) ~(1 << direction);
            x += STEP_X[direction];
            y += STEP_Y[direction];
            before = direction;
            direction = next(x, y, direction);
        } while (direction >= 0 && !(x == startX && y == startY));
        return corners.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Right turns first, which keeps to the same pixel where two touch at this corner; -1 at the end. */
    private int next(int x, int y, int direction) {
        int there = sides[y * (width + 1) + x];
        for (int turn : new int[] { 1, 0, 3 }) {
            int candidate = (direction + turn) % 4;
            if ((there & 1 << candidate) != 0)
                return candidate;
        }
        return -1;
    }
}
