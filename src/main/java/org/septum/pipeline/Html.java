package org.septum.pipeline;

/** Text in HTML pages. */
final class Html {

    private Html() {
    }

    /** A text with the characters that mean something in HTML written out. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;");
    }
}
