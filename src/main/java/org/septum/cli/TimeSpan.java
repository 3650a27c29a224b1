package org.septum.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads times as people write them: 45s, 30m, 1h30m, 2d. */
final class TimeSpan implements ITypeConverter<Duration> {

    private static final Pattern PATTERN = Pattern
            .compile("(?:(\\d{1,4})d)?(?:(\\d{1,5})h)?(?:(\\d{1,6})m)?(?:(\\d{1,8})s)?");

    @Override
    public Duration convert(String text) {
        Matcher m = PATTERN.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (text.isBlank() || !m.matches())
            throw new TypeConversionException("\"" + text + "\" is no time; allowed: 45s, 30m, 2h, 1h30m, 1d");
        return Duration.ofDays(number(m.group(1))).plusHours(number(m.group(2))).plusMinutes(number(m.group(3)))
                .plusSeconds(number(m.group(4)));
    }

    private static long number(String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }
}
