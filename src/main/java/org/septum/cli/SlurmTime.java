package org.septum.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Reads the time limit of a job: as everywhere (4h, 1d12h), or as Slurm writes it with hours, minutes and seconds
 * (HH:MM:SS, D-HH:MM:SS). A bare number would be minutes to Slurm and seconds to others, so it is none.
 */
final class SlurmTime implements ITypeConverter<Duration> {

    private static final Pattern SLURM = Pattern.compile("(?:(\\d{1,4})-)?(\\d{1,5}):([0-5]\\d):([0-5]\\d)");

    @Override
    public Duration convert(String text) {
        Matcher m = SLURM.matcher(text.strip());
        if (m.matches())
            return Duration.ofDays(m.group(1) == null ? 0 : Long.parseLong(m.group(1)))
                    .plusHours(Long.parseLong(m.group(2))).plusMinutes(Long.parseLong(m.group(3)))
                    .plusSeconds(Long.parseLong(m.group(4)));
        try {
            return new TimeSpan().convert(text);
        } catch (TypeConversionException e) {
            throw new TypeConversionException(e.getMessage() + ", or as Slurm writes it, 04:00:00, 1-12:00:00");
        }
    }
}
