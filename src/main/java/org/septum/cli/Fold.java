package org.septum.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads which fold is held out: 0 to 4, or {@code all} to train on every case (-1). */
final class Fold implements ITypeConverter<Integer> {

    static final int ALL = -1;

    @Override
    public Integer convert(String text) {
        if (text.strip().equalsIgnoreCase("all"))
            return ALL;
        if (!text.strip().matches("[0-4]"))
            throw new TypeConversionException("\"" + text + "\" is no fold; allowed: 0, 1, 2, 3, 4, all");
        return Integer.valueOf(text.strip());
    }
}
