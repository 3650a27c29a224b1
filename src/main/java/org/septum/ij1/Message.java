package org.septum.ij1;

import java.util.ArrayList;
import java.util.List;

import ij.IJ;

/** What went wrong, in one dialog of a width that a screen has; the log has all of what is too long for it. */
final class Message {

    private static final int WIDTH = 90;

    private static final int LINES = 20;

    private Message() {
    }

    /** Shows it and waits for OK; nothing is ended by it. */
    static void show(String text) {
        IJ.showMessage("Septum", lines(text));
    }

    /** Shows it, and ends the macro that runs, as errors of ImageJ do. */
    static void error(String text) {
        if (wrap(text).size() > LINES)
            IJ.log("Septum: " + text);
        IJ.error("Septum", lines(text));
    }

    private static String lines(String text) {
        List<String> lines = wrap(text);
        if (lines.size() <= LINES)
            return String.join("\n", lines);
        return String.join("\n", lines.subList(0, LINES)) + "\n… (all of it in the log)";
    }

    /** Lines of words; a word that is longer than a line keeps one of its own. */
    static List<String> wrap(String text) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n")) {
            StringBuilder line = new StringBuilder();
            for (String word : paragraph.split(" ")) {
                if (line.length() > 0 && line.length() + 1 + word.length() > WIDTH) {
                    lines.add(line.toString());
                    line.setLength(0);
                }
                line.append(line.length() > 0 ? " " : "").append(word);
            }
            lines.add(line.toString());
        }
        return lines;
    }
}
