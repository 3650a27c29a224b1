package org.septum.pipeline;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The order in which a person should look at the scans of a batch: those that failed, then the masks that should be
 * looked at, then the rest, each with the lowest predicted Dice first. Equals stay in the order of the list. About 100
 * bytes a scan.
 */
final class WorstFirst {

    /**
     * A mask of the batch.
     *
     * @param scan
     *            path of its scan below the folder that was given
     * @param part
     *            which of the masks of its path
     * @param rank
     *            the least comes first
     */
    record Place(String scan, int part, double rank) {
    }

    private final List<Place> places = new ArrayList<>();

    void add(ScanRecord record) {
        double rank = record.isDone() ? record.quality().rank() : Double.NEGATIVE_INFINITY;
        places.add(new Place(record.scan(), record.part(), rank));
    }

    List<Place> places() {
        return places.stream().sorted(Comparator.comparingDouble(Place::rank)).toList();
    }
}
