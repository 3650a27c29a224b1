package org.septum.ij1;

import java.io.File;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.scijava.convert.ConvertService;
import org.scijava.module.ModuleItem;
import org.septum.core.SeptumException;

/** One parameter of a command, as dialogs show it and macros write it: its value is a text that is looked at first. */
final class Parameter {

    private static final Pattern WITH_UNIT = Pattern.compile("(.+) \\(([^()]+)\\)");

    private final ModuleItem<?> item;

    private final ConvertService converter;

    Parameter(ModuleItem<?> item, ConvertService converter) {
        this.item = item;
        this.converter = converter;
    }

    /** As macros write it. */
    String name() {
        return item.getName();
    }

    /** As dialogs show it, without its unit. */
    String label() {
        Matcher parts = WITH_UNIT.matcher(item.getLabel());
        return isNumber() && parts.matches() ? parts.group(1) : item.getLabel();
    }

    /** Of a number whose label has one in brackets; else empty. */
    String unit() {
        Matcher parts = WITH_UNIT.matcher(item.getLabel());
        return isNumber() && parts.matches() ? parts.group(2) : "";
    }

    String description() {
        return String.valueOf(item.getDescription());
    }

    /**
     * Words to choose from; empty if any text may be. For types that SciJava does not know, what it can make them of.
     */
    List<String> choices() {
        List<?> choices = item.getChoices();
        if (choices != null && !choices.isEmpty())
            return choices.stream().map(String::valueOf).toList();
        boolean isPlain = item.getType() == String.class || isFile() || isSwitch() || isNumber();
        return isPlain ? List.of()
                : converter.getCompatibleInputs(item.getType()).stream().map(String::valueOf).toList();
    }

    boolean isFile() {
        return item.getType() == File.class;
    }

    boolean isSwitch() {
        return item.getType() == boolean.class || item.getType() == Boolean.class;
    }

    boolean isNumber() {
        return isWhole() || item.getType() == double.class || item.getType() == float.class;
    }

    private boolean isWhole() {
        return item.getType() == int.class || item.getType() == long.class;
    }

    /** Whether a file is one to write. */
    boolean isToWrite() {
        return "save".equals(item.getWidgetStyle());
    }

    /** Whether a folder will do for a file. */
    boolean mayBeFolder() {
        return !"open".equals(item.getWidgetStyle()) && item.getWidgetStyle() != null;
    }

    /** Whether a file must be a folder. */
    boolean isFolder() {
        return "directory".equals(item.getWidgetStyle());
    }

    /** A value as a text: numbers without needless zeros, nothing as nothing. */
    String text(Object value) {
        if (value == null)
            return "";
        boolean isRound = value instanceof Double number && number == Math.rint(number) && Math.abs(number) < 1e9;
        return isRound ? String.valueOf(((Number) value).longValue()) : value.toString();
    }

    /**
     * What a text means.
     *
     * @return empty for nothing, which only parameters may be that are not required
     *
     * @throws SeptumException
     *             of kind USAGE that says what is allowed
     */
    Optional<Object> value(String text) {
        String given = text.strip();
        if (isFile())
            return file(given);
        if (isSwitch())
            return Optional.of(truth(given));
        if (isNumber())
            return Optional.of(number(given));
        if (item.getType() == String.class)
            return Optional.of(text);
        if (given.isEmpty() && !item.isRequired())
            return Optional.empty();
        Object value = converter.convert(given, item.getType());
        if (value == null)
            throw notAllowed(given, "a value of the kind " + item.getType().getSimpleName());
        return Optional.of(value);
    }

    private Optional<Object> file(String given) {
        if (!given.isEmpty())
            return Optional.of(new File(given));
        if (item.isRequired())
            throw SeptumException.usage(item.getLabel() + " (" + name() + ") is missing: " + description());
        return Optional.empty();
    }

    private boolean truth(String given) {
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "true", "1" -> true;
            case "false", "0" -> false;
            default -> throw notAllowed(given, "true, false");
        };
    }

    private Number number(String given) {
        Number least = (Number) item.getMinimumValue();
        Number most = (Number) item.getMaximumValue();
        String range = (isWhole() ? "a whole number" : "a number") + (least == null ? "" : " from " + text(least))
                + (most == null ? "" : " to " + text(most));
        double value;
        try {
            value = Double.parseDouble(given);
        } catch (NumberFormatException e) {
            throw notAllowed(given, range);
        }
        boolean isIn = (least == null || value >= least.doubleValue()) && (most == null || value <= most.doubleValue());
        if (!isIn || Double.isNaN(value) || isWhole() && (value != Math.rint(value) || Math.abs(value) > 1e9))
            throw notAllowed(given, range);
        if (item.getType() == int.class)
            return (int) value;
        return item.getType() == long.class ? (Number) (long) value : (Number) value;
    }

    private SeptumException notAllowed(String given, String allowed) {
        return SeptumException.usage(item.getLabel() + " (" + name() + ") is \"" + given + "\"; allowed: " + allowed);
    }
}
