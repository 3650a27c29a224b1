package org.septum.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

import org.septum.pipeline.ListNetworks.Row;

/** Networks as a table for people. */
final class NetworkTable {

    private static final double MEBI = 1 << 20;

    private static final String WHOLE_TILE = "*";

    private static final String ENLARGED = "+";

    private NetworkTable() {
    }

    static List<String> lines(List<Row> rows) {
        TextTable table = new TextTable(3, List.of("dims", "network", "attention", "parameters", "MACs",
                "receptive field ", "divisor", "memory in use", "in training", "patch "));
        rows.forEach(r -> table.add(List.of(r.dims() + "D", r.network(), r.attention(), String.valueOf(r.parameters()),
                String.format(Locale.ROOT, "%.3f G", r.macs() / 1e9), field(r), divisor(r.sizeDivisor()),
                mebibytes(r.memoryInUse()), mebibytes(r.memoryTraining()),
                size(r.patch()) + mark(r.patchEnlarged(), ENLARGED))));
        List<String> lines = new ArrayList<>(table.lines());
        if (rows.stream().anyMatch(r -> field(r).endsWith(WHOLE_TILE)))
            lines.add(WHOLE_TILE + " and the whole tile through attention or normalisation");
        if (rows.stream().anyMatch(Row::patchEnlarged))
            lines.add(ENLARGED + " enlarged to a multiple of the divisor");
        return lines;
    }

    private static String field(Row row) {
        return row.receptiveField().isEmpty() ? "image "
                : size(row.receptiveField()) + mark(row.wholeTile(), WHOLE_TILE);
    }

    private static String mark(boolean there, String mark) {
        return there ? mark : " ";
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / MEBI);
    }

    /** "64³" where all axes are equal, else "96×96×32". */
    private static String size(List<Integer> sizes) {
        if (sizes.stream().distinct().count() == 1)
            return sizes.get(0) + (sizes.size() == 2 ? "²" : "³");
        return String.join("×", sizes.stream().map(String::valueOf).toList());
    }

    private static String divisor(List<Integer> divisor) {
        return divisor.stream().distinct().count() == 1 ? String.valueOf(divisor.get(0)) : size(divisor);
    }
}
