package org.septum.cli;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** "4g" or "800m" in bytes. */
final class MemorySize implements ITypeConverter<Long> {

    private static final Pattern WORD = Pattern.compile("(\\d{1,6})([mg])b?");

    @Override
    public Long convert(String value) {
        Matcher m = WORD.matcher(value.strip().toLowerCase(Locale.ROOT));
        if (!m.matches())
            throw new TypeConversionException("\"" + value + "\" is no memory; write it as 4g or 800m");
        return Long.parseLong(m.group(1)) << (m.group(2).equals("g") ? 30 : 20);
    }
}
