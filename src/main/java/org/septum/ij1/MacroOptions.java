package org.septum.ij1;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;

import ij.macro.Interpreter;

/**
 * The second text of a macro's {@code run("Segment...", "model=[my model] overlay device=cpu")}: keys with values. A
 * value with spaces stands in brackets or single quotes; a key alone means true; {@code &x} is the variable x of the
 * macro that runs.
 */
final class MacroOptions {

    private static final Pattern KEY = Pattern.compile("\\s*(\\w+)(=?)");

    private MacroOptions() {
    }

    /**
     * Keys and values in their order.
     *
     * @throws SeptumException
     *             of kind USAGE for a bracket that does not end, a key that comes twice, and what is no key
     */
    static Map<String, String> parse(String options) {
        Map<String, String> values = new LinkedHashMap<>();
        Matcher key = KEY.matcher(options);
        int at = 0;
        while (!options.substring(at).isBlank()) {
            if (!key.find(at) || key.start() != at)
                throw SeptumException.usage("\"" + options.substring(at).strip() + "\" in a macro; allowed: name=value,"
                        + " with brackets around a value that has spaces, name=[a value]");
            String value = "true";
            at = key.end();
            if (!key.group(2).isEmpty()) {
                int end = end(options, at);
                value = content(options.substring(at, end));
                at = end;
            }
            if (values.put(key.group(1), value) != null)
                throw SeptumException.usage("\"" + key.group(1) + "\" stands twice in a macro; leave one of them out");
        }
        return values;
    }

    /** Where a value ends that starts somewhere. */
    private static int end(String options, int start) {
        if (start < options.length() && options.charAt(start) == '[')
            return bracketEnd(options, start);
        boolean isQuoted = start < options.length() && options.charAt(start) == '\'';
        int end = options.indexOf(isQuoted ? '\'' : ' ', isQuoted ? start + 1 : start);
        if (isQuoted && end >= 0)
            return end + 1;
        if (isQuoted)
            throw unfinished(options, start, "'");
        return end < 0 ? options.length() : end;
    }

    private static int bracketEnd(String options, int start) {
        int depth = 0;
        for (int i = start; i < options.length(); i++) {
            if (options.charAt(i) == '[')
                depth++;
            else if (options.charAt(i) == ']' && --depth == 0)
                return i + 1;
        }
        throw unfinished(options, start, "]");
    }

    private static SeptumException unfinished(String options, int start, String sign) {
        return SeptumException
                .usage("\"" + options.substring(start) + "\" in a macro does not end; write " + sign + " behind it");
    }

    private static String content(String value) {
        if (value.startsWith("[") || value.startsWith("'"))
            return value.substring(1, value.length() - 1);
        return value.startsWith("&") ? variable(value.substring(1)) : value;
    }

    private static String variable(String name) {
        Interpreter macro = Interpreter.getInstance();
        String value = macro == null ? null : macro.getVariableAsString(name);
        if (value == null)
            throw SeptumException.usage("the macro has no variable \"" + name + "\"");
        return value;
    }
}
