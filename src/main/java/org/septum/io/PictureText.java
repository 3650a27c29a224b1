package org.septum.io;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/**
 * Words on pictures: labels of slices, and a footer with a line about the scan and a legend.
 * <p>
 * <b>Why?</b> Slim servers have no fonts, and Java then throws errors of many kinds; a picture without words is better
 * than none.
 */
final class PictureText {

    private static final int SIZE = 13;
    private static final int LINE = 20;
    private static final int MARGIN = 6;
    private static final boolean FONTS = hasFonts();

    private PictureText() {
    }

    private static boolean hasFonts() {
        Graphics2D g = new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            g.drawString("x", 1, 7);
            return true;
        } catch (RuntimeException | LinkageError | InternalError e) {
            return false;
        } finally {
            g.dispose();
        }
    }

    /** Where a label stands in a cell. */
    enum Place {
        TOP_LEFT, TOP, LEFT
    }

    /** White letters with a dark rim, readable on any grey. */
    static void label(Graphics2D g, String text, int[] cell, Place place) {
        if (!FONTS || text.isEmpty())
            return;
        prepare(g);
        int width = g.getFontMetrics().stringWidth(text);
        int ascent = g.getFontMetrics().getAscent();
        int x = place == Place.TOP ? cell[0] + (cell[2] - width) / 2 : cell[0] + 4;
        int y = place == Place.LEFT ? cell[1] + (cell[3] + ascent) / 2 : cell[1] + 2 + ascent;
        g.setColor(Color.BLACK);
        for (int i = 0; i < 9; i++)
            g.drawString(text, x + i % 3 - 1, y + i / 3 - 1);
        g.setColor(Color.WHITE);
        g.drawString(text, x, y);
    }

    /** Height of a footer; 0 where there are no fonts. */
    static int footerHeight(int width, List<Map.Entry<String, Integer>> legend) {
        if (!FONTS)
            return 0;
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB).createGraphics();
        try {
            return footer(g, "", legend, new int[] { 0, 0, width, 0 }) + MARGIN;
        } finally {
            g.dispose();
        }
    }

    /**
     * Draws a line about the scan and, below it, each class with a square in its colour, in as many lines as it takes.
     *
     * @param at
     *            left, top and width
     *
     * @return its height
     */
    static int footer(Graphics2D g, String title, List<Map.Entry<String, Integer>> legend, int[] at) {
        if (!FONTS)
            return 0;
        prepare(g);
        g.setColor(Color.LIGHT_GRAY);
        int y = at[1] + LINE;
        g.drawString(title, at[0] + MARGIN, y - 5);
        int x = at[0] + MARGIN;
        y += legend.isEmpty() ? 0 : LINE;
        for (Map.Entry<String, Integer> entry : legend) {
            int width = SIZE + 5 + g.getFontMetrics().stringWidth(entry.getKey());
            if (x > at[0] + MARGIN && x + width > at[0] + at[2] - MARGIN) {
                x = at[0] + MARGIN;
                y += LINE;
            }
            g.setColor(new Color(entry.getValue()));
            g.fillRect(x, y - 5 - SIZE + 2, SIZE, SIZE);
            g.setColor(Color.WHITE);
            g.drawString(entry.getKey(), x + SIZE + 5, y - 5);
            x += width + 2 * MARGIN;
        }
        return y - at[1];
    }

    private static void prepare(Graphics2D g) {
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, SIZE));
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    }
}
