package org.septum.ij1;

import java.util.List;

/** What the Help button of a dialog shows: every parameter, how macros call it, and what it does. */
final class DialogHelp {

    private DialogHelp() {
    }

    static String html(String title, String purpose, List<Parameter> parameters) {
        StringBuilder text = new StringBuilder("<html><h2>").append(escaped(title)).append("</h2><p>")
                .append(escaped(purpose)).append("</p><table cellpadding=3>");
        for (Parameter parameter : parameters) {
            text.append("<tr><td valign=top><b>").append(escaped(parameter.label())).append("</b><br><code>")
                    .append(escaped(parameter.name())).append("</code></td><td valign=top>")
                    .append(escaped(parameter.description())).append("</td></tr>");
        }
        return text.append("</table></html>").toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
