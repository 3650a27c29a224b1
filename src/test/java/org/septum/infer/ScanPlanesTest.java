package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import net.imglib2.RandomAccess;
import net.imglib2.RandomAccessibleInterval;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.type.numeric.real.FloatType;
import net.imglib2.view.Views;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.septum.core.ByteStore;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.Workspace;
import org.septum.data.WorkingGrid;

/** Held against the views of {@link WorkingGrid}, for every way in which axes can be swapped and flipped. */
class ScanPlanesTest {

    private static final int[] SIZE = { 4, 3, 5 };

    @TempDir
    private Path folder;

    static List<WorkingGrid> grids() {
        List<WorkingGrid> grids = new ArrayList<>();
        for (List<Integer> p : List.of(List.of(0, 1, 2), List.of(0, 2, 1), List.of(1, 0, 2), List.of(1, 2, 0),
                List.of(2, 0, 1), List.of(2, 1, 0))) {
            for (int f = 0; f < 8; f++) {
                List<Long> size = p.stream().map(a -> (long) SIZE[a]).toList();
                grids.add(new WorkingGrid(p, List.of((f & 1) > 0, (f & 2) > 0, (f & 4) > 0), size, size));
            }
        }
        return grids;
    }

    private static Scan scan() {
        float[] values = new float[60 * 2];
        for (int i = 0; i < values.length; i++)
            values[i] = i;
        return new Scan("case", ArrayImgs.floats(values, 4, 3, 5, 2), ScanGeometry.UNKNOWN, Modality.OTHER, List.of());
    }

    @ParameterizedTest
    @MethodSource("grids")
    void slicesAreThoseOfTheTurnedScanAndGoBackToTheirPlace(WorkingGrid grid) {
        ScanOrder order = new ScanOrder(grid);
        for (long slicesAtOnce : new long[] { 0, 2, 100 }) {
            OrientedSlices slices = new OrientedSlices(scan(), 1, order, slicesAtOnce * 4 * order.sliceValues());
            try (Workspace space = Workspace.of(0, folder)) {
                ByteStore store = space.store(ScanPlanes.bytes(order, 1) + 3);
                ScanPlanes back = new ScanPlanes(order, 1, store, 3, slicesAtOnce * order.sliceValues());
                for (int z = 0; z < order.slices(); z++) {
                    float[] slice = slices.slice(z);
                    assertSlice(grid, z, slice);
                    byte[] bytes = new byte[slice.length];
                    for (int i = 0; i < bytes.length; i++)
                        bytes[i] = (byte) slice[i];
                    back.accept(z, bytes);
                }
                byte[] all = new byte[60];
                store.read(3, all, 0, 60);
                for (int i = 0; i < 60; i++)
                    assertThat(all[i]).as("value %d, %d slices at once", i, slicesAtOnce).isEqualTo((byte) (60 + i));
            }
        }
    }

    private static void assertSlice(WorkingGrid grid, int z, float[] slice) {
        RandomAccessibleInterval<FloatType> expected = Views
                .hyperSlice(grid.orient(Views.hyperSlice(scan().pixels(), 3, 1)), 2, z);
        int n = 0;
        for (FloatType v : expected.view().flatIterable())
            assertThat(slice[n]).as("slice %d, value %d", z, n++).isEqualTo(v.get());
        assertThat(slice).hasSize(n);
    }

    @Test
    void floatsAreStoredAsAnImageOfFourAxes() {
        try (Workspace space = Workspace.of(0, folder)) {
            ByteStore store = space.store(4L * 4 * 3 * 5 * 2);
            byte[] value = java.nio.ByteBuffer.allocate(4).order(java.nio.ByteOrder.LITTLE_ENDIAN).putFloat(2.5f)
                    .array();
            store.write(4 * (((1 * 5 + 4) * 3 + 2) * 4 + 3), value, 0, 4);
            RandomAccess<FloatType> at = StoredPlanes.floats(store, 4, 3, 5, 2).randomAccess();
            assertThat(at.setPositionAndGet(3, 2, 4, 1).get()).isEqualTo(2.5f);
            assertThat(at.setPositionAndGet(2, 2, 4, 1).get()).isZero();
        }
    }

    /** More pieces than are kept, so that changed ones must have gone to the store. */
    @Test
    void whatIsWrittenToAStoredMaskStays() {
        try (Workspace space = Workspace.of(0, folder)) {
            RandomAccessibleInterval<UnsignedByteType> mask = StoredPlanes.bytes(space.store(5 * 4 * 50), 5, 4, 50);
            RandomAccess<UnsignedByteType> at = mask.randomAccess();
            for (int z = 0; z < 50; z++)
                at.setPositionAndGet(z % 5, z % 4, z).set(z + 100);
            for (int z = 0; z < 50; z++) {
                assertThat(mask.getAt(z % 5, z % 4, z).get()).isEqualTo(z + 100);
                assertThat(mask.getAt((z + 1) % 5, z % 4, z).get()).isZero();
            }
        }
    }
}
