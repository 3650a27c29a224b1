package org.septum.pipeline;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.septum.core.SeptumException;

/**
 * One of several disjoint parts of a list of scans. Whether a scan belongs to it follows from the scan's name alone, so
 * every process on every machine decides alike, and scans that are added later move no other.
 *
 * @param index
 *            which part, from 1
 * @param count
 *            how many parts there are, 1 to {@value #MOST}
 */
public record Shard(int index, int count) {

    /** More parts than this are a slip of the hand. */
    static final int MOST = 1_000_000;

    /** All scans. */
    public static final Shard ALL = new Shard(1, 1);

    private static final Pattern WORDS = Pattern.compile("(\\d{1,7})/(\\d{1,7})");

    public Shard {
        if (count < 1 || count > MOST || index < 1 || index > count)
            throw SeptumException.usage(
                    "shard " + index + "/" + count + "; allowed: I/N with N from 1 to " + MOST + " and I from 1 to N");
    }

    /**
     * From words.
     *
     * @param words
     *            "3/7" for the third of seven
     */
    public static Shard parse(String words) {
        Matcher m = WORDS.matcher(words.strip());
        if (!m.matches())
            throw SeptumException.usage("shard \"" + words + "\"; allowed: I/N, such as 1/8 to 8/8");
        return new Shard(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }

    /** True if these are all scans. */
    public boolean isAll() {
        return count == 1;
    }

    /**
     * True if a scan belongs to this part.
     *
     * @param scan
     *            its path below the folder of scans, with /
     */
    public boolean holds(String scan) {
        return count == 1 || Long.remainderUnsigned(Sha256.number(scan), count) == index - 1;
    }

    /** "3/7". */
    @Override
    public String toString() {
        return index + "/" + count;
    }
}
