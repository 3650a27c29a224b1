package org.septum.pipeline;

/**
 * Where the last record of a scan stands, and what it says in short, in one number of 0 or more: 2 bits of status,
 * whether it is new, whether the scan has several parts, 6 bits of turns, 17 of the file, 36 of the place in the file.
 */
final class RecordPlace {

    /** So many files can be told apart. */
    static final int MOST_FILES = 1 << 17;

    /** From here on turns are not told apart any more. */
    static final int MOST_TURNS = (1 << 6) - 1;

    private static final int STATUS_SHIFT = 61;

    private static final long NEW = 1L << 60;

    private static final long PARTS = 1L << 59;

    private static final int TURN_SHIFT = 53;

    private static final int FILE_SHIFT = 36;

    /** The records of one run may have 64 GB. */
    private static final long OFFSET = (1L << FILE_SHIFT) - 1;

    private RecordPlace() {
    }

    /** Of a record that was found in a file. */
    static long of(RecordLines.Head head, int file, boolean isNew) {
        return (long) (head.status().ordinal() + 1) << STATUS_SHIFT | (isNew ? NEW : 0) | (head.parts() > 1 ? PARTS : 0)
                | (long) Math.min(head.turn(), MOST_TURNS) << TURN_SHIFT | (long) file << FILE_SHIFT | head.offset();
    }

    static RunRecords.State state(long place) {
        return place == PlaceTable.NONE ? RunRecords.State.UNKNOWN
                : RunRecords.State.values()[(int) (place >>> STATUS_SHIFT)];
    }

    static boolean isNew(long place) {
        return place != PlaceTable.NONE && (place & NEW) != 0;
    }

    static boolean hasParts(long place) {
        return place != PlaceTable.NONE && (place & PARTS) != 0;
    }

    /** 0 if there is no record. */
    static int turn(long place) {
        return place == PlaceTable.NONE ? 0 : (int) (place >>> TURN_SHIFT) & MOST_TURNS;
    }

    static int file(long place) {
        return (int) (place >>> FILE_SHIFT) & MOST_FILES - 1;
    }

    static long offset(long place) {
        return place & OFFSET;
    }
}
