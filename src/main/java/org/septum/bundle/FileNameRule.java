package org.septum.bundle;

import java.util.Locale;
import java.util.regex.Pattern;

/** Which file names a package may hold: those that stay in their folder on every system. */
final class FileNameRule {

    private static final Pattern SAFE = Pattern.compile("[\\p{L}\\p{N}_][\\p{L}\\p{N}_.\\- ()+,=@]{0,149}");

    /** What Windows takes for a device, whatever the extension. */
    private static final Pattern DEVICE = Pattern.compile("(con|prn|aux|nul|com\\d|lpt\\d)(\\..*)?");

    private FileNameRule() {
    }

    /** True for a name without folders, drive or control characters that no system takes for a device. */
    static boolean isSafe(String name) {
        return SAFE.matcher(name).matches() && !name.endsWith(".") && !name.endsWith(" ")
                && !DEVICE.matcher(name.toLowerCase(Locale.ROOT)).matches();
    }
}
