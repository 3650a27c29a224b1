package org.septum.bundle;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import org.septum.bundle.ForeignAxis.Kind;
import org.septum.core.SeptumException;

/**
 * How large the tiles of a network of others are, and what of them it gives back.
 *
 * @param axes
 *            z, y, x in 3D, y, x in 2D
 * @param input
 *            size of a tile along them
 * @param output
 *            size of what the network gives back, in the middle of the tile
 * @param halo
 *            of that, what is thrown away at each end
 */
record TileGeometry(List<Kind> axes, List<Integer> input, List<Integer> output, List<Integer> halo) {

    /** Tiles that a CPU does fast and that see enough, where a network leaves the choice. */
    private static final Map<Integer, Integer> USUAL = Map.of(2, 256, 3, 64);

    TileGeometry {
        axes = List.copyOf(axes);
        input = List.copyOf(input);
        output = List.copyOf(output);
        halo = List.copyOf(halo);
    }

    /**
     * The tiles of a network.
     *
     * @param in
     *            its input
     * @param out
     *            its output
     * @param fixed
     *            sizes that the graph itself fixes, in the order of the input's axes; -1 for free ones
     */
    static TileGeometry of(ForeignTensor in, ForeignTensor out, List<Long> fixed) {
        List<Kind> axes = new ArrayList<>();
        for (Kind kind : List.of(Kind.Z, Kind.Y, Kind.X)) {
            if (in.axis(kind).isPresent() != out.axis(kind).isPresent())
                throw SeptumException.input("its input and output do not both have an axis "
                        + kind.name().toLowerCase(java.util.Locale.ROOT));
            in.axis(kind).ifPresent(a -> axes.add(kind));
        }
        Map<Kind, Integer> tile = tiles(in, out, axes, fixed);
        List<Integer> output = new ArrayList<>();
        List<Integer> halo = new ArrayList<>();
        for (Kind kind : axes) {
            ForeignAxis axis = out.axis(kind).orElseThrow();
            int size = size(axis, tile);
            if (size > tile.get(kind) || size - 2 * axis.halo() < 1)
                throw SeptumException.input("its output has " + size + " samples along " + axis.id()
                        + " with a halo of " + axis.halo() + ", for " + tile.get(kind)
                        + " of the input; allowed: as many or fewer, more than" + " twice the halo");
            output.add(size);
            halo.add(axis.halo());
        }
        return new TileGeometry(axes, axes.stream().map(tile::get).toList(), output, halo);
    }

    private static Map<Kind, Integer> tiles(ForeignTensor in, ForeignTensor out, List<Kind> axes, List<Long> fixed) {
        Map<Kind, Integer> tile = new EnumMap<>(Kind.class);
        for (Kind kind : axes) {
            ForeignAxis axis = in.axis(kind).orElseThrow();
            long inGraph = fixed.get(in.axes().indexOf(axis));
            if (axis.reference() == null)
                tile.put(kind, inGraph > 0 ? (int) inGraph : chosen(axis, out.axis(kind).orElseThrow(), axes.size()));
        }
        for (Kind kind : axes) {
            ForeignAxis axis = in.axis(kind).orElseThrow();
            if (axis.reference() != null)
                tile.put(kind, size(axis, tile));
            boolean isAllowed = axis.reference() != null || tile.get(kind) == axis.min() || axis.step() > 0
                    && tile.get(kind) > axis.min() && (tile.get(kind) - axis.min()) % axis.step() == 0;
            if (!isAllowed)
                throw SeptumException.input("its graph takes " + tile.get(kind) + " samples along " + axis.id()
                        + "; rdf.yaml says " + axis.min() + " and steps of " + axis.step());
        }
        return tile;
    }

    /** The smallest allowed size that is usual and leaves something within the halo. */
    private static int chosen(ForeignAxis axis, ForeignAxis out, int dims) {
        if (axis.step() == 0)
            return axis.min();
        double lost = out.reference() == null ? 0 : Math.max(0, -out.reference().offset());
        int wanted = Math.max(USUAL.get(dims), (int) (2 * lost + 4L * out.halo()));
        int steps = Math.max(0, (wanted - axis.min() + axis.step() - 1) / axis.step());
        return axis.min() + steps * axis.step();
    }

    private static int size(ForeignAxis axis, Map<Kind, Integer> tile) {
        ForeignAxis.Reference reference = axis.reference();
        if (reference == null)
            return axis.min();
        if (!tile.containsKey(reference.axis()))
            throw SeptumException
                    .input("the size of its axis " + axis.id() + " is that of an axis that has none itself");
        if (Math.abs(reference.scale() - 1) > 1e-6)
            throw SeptumException.input("its output has " + reference.scale() + " samples for each of the input along "
                    + axis.id() + "; allowed: 1, as a mask has the scan's voxels");
        return (int) Math.round(tile.get(reference.axis()) + reference.offset());
    }

    /** Samples before the part that is used, along axis {@code d}. */
    int before(int d) {
        return (input.get(d) - output.get(d)) / 2 + halo.get(d);
    }

    /** Samples behind the part that is used. */
    int after(int d) {
        return input.get(d) - output.get(d) - (input.get(d) - output.get(d)) / 2 + halo.get(d);
    }

    /** Samples of a tile that are used. */
    int used(int d) {
        return output.get(d) - 2 * halo.get(d);
    }
}
