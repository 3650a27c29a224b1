package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.Modality;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.pipeline.SegmentImage;

import ij.ImagePlus;
import ij.ImageStack;
import ij.VirtualStack;
import ij.gui.Line;
import ij.gui.OvalRoi;
import ij.gui.Roi;
import ij.process.ByteProcessor;
import ij.process.ColorProcessor;
import ij.process.FloatProcessor;
import ij.process.ImageProcessor;
import ij.process.ShortProcessor;

class OpenImageTest {

    private static float at(Scan scan, int x, int y, int z, int c) {
        return scan.pixels().getAt(x, y, z, c).get();
    }

    @ParameterizedTest
    @CsvSource({ "mm, 1", "cm, 10", "um, 0.001", "µm, 0.001", "microns, 0.001", "inch, 25.4", "m, 1000", "' MM ', 1" })
    void lengthsBecomeMillimetres(String unit, double mm) {
        ImagePlus image = new ImagePlus("a", new ByteProcessor(3, 2));
        image.getCalibration().setUnit(unit);
        image.getCalibration().pixelWidth = 2;
        image.getCalibration().pixelHeight = 3;
        image.getCalibration().pixelDepth = 5;
        Scan scan = OpenImage.of(image).scan(1);
        assertThat(scan.geometry().spacing().x()).isCloseTo(2 * mm, within(1e-9));
        assertThat(scan.geometry().spacing().y()).isCloseTo(3 * mm, within(1e-9));
        assertThat(scan.geometry().spacing().z()).isCloseTo(5 * mm, within(1e-9));
        assertThat(scan.notes()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({ "pixel, 1, 1", "parsec, 1, 1", "mm, 0, 1", "mm, NaN, 1", "mm, -1, 1", "mm, Infinity, 1", "'', 1, 2" })
    void withoutALengthTheVoxelSizeIsNotKnownAndANoteSaysSo(String unit, double width, double depth) {
        ImagePlus image = new ImagePlus("a", new ByteProcessor(3, 2));
        image.getCalibration().setUnit(unit);
        image.getCalibration().pixelWidth = width;
        image.getCalibration().pixelDepth = depth;
        Scan scan = OpenImage.of(image).scan(1);
        assertThat(scan.geometry().isCalibrated()).isFalse();
        assertThat(scan.notes()).anyMatch(n -> n.contains("no voxel size in mm") && n.contains("Image > Properties"));
    }

    @Test
    void slicesInOtherUnitsThanPixelsKeepTheirOwn() {
        ImagePlus image = new ImagePlus("a", new ByteProcessor(3, 2));
        image.getCalibration().setXUnit("um");
        image.getCalibration().setYUnit("mm");
        image.getCalibration().setZUnit("cm");
        Scan scan = OpenImage.of(image).scan(1);
        assertThat(scan.geometry().spacing().x()).isCloseTo(1e-3, within(1e-12));
        assertThat(scan.geometry().spacing().y()).isCloseTo(1, within(1e-12));
        assertThat(scan.geometry().spacing().z()).isCloseTo(10, within(1e-12));
    }

    @Test
    void sixteenBitsAreCalibratedAndALookupTableChangesNothing() {
        ShortProcessor slice = new ShortProcessor(2, 1, new short[] { 24, (short) 40000 }, null);
        ImagePlus image = new ImagePlus("ct", slice);
        image.getCalibration().setFunction(ij.measure.Calibration.STRAIGHT_LINE, new double[] { -1024, 1 }, "HU");
        image.setLut(ij.process.LUT.createLutFromColor(java.awt.Color.RED));
        Scan scan = OpenImage.of(image).scan(1);
        assertThat(at(scan, 0, 0, 0, 0)).isEqualTo(-1000);
        assertThat(at(scan, 1, 0, 0, 0)).isEqualTo(38976);
    }

    @Test
    void coloursBecomeThreeChannels() {
        ImagePlus image = new ImagePlus("rgb", new ColorProcessor(1, 1, new int[] { 0x102030 }));
        Scan scan = OpenImage.of(image).scan(1);
        assertThat(scan.modality()).isEqualTo(Modality.RGB);
        assertThat(scan.channels()).isEqualTo(3);
        assertThat(new float[] { at(scan, 0, 0, 0, 0), at(scan, 0, 0, 0, 1), at(scan, 0, 0, 0, 2) }).containsExactly(16,
                32, 48);
    }

    /** Every voxel of a hyperstack says where it lies. */
    @Test
    void channelsSlicesAndFramesOfAHyperstackAreToldApart() {
        ImageStack stack = new ImageStack(2, 1);
        for (int t = 1; t <= 4; t++)
            for (int z = 1; z <= 3; z++)
                for (int c = 1; c <= 2; c++)
                    stack.addSlice(new FloatProcessor(2, 1, new float[] { 100 * t + 10 * z + c, 0 }));
        ImagePlus image = new ImagePlus("5d", stack);
        image.setDimensions(2, 3, 4);
        image.setPosition(1, 1, 3);
        OpenImage open = OpenImage.of(image);
        assertThat(open.frames(false)).containsExactly(3);
        assertThat(open.frames(true)).containsExactly(1, 2, 3, 4);
        Scan scan = open.scan(3);
        assertThat(scan.shape()).isEqualTo("2×1×3");
        for (int z = 0; z < 3; z++)
            for (int c = 0; c < 2; c++)
                assertThat(at(scan, 0, 0, z, c)).isEqualTo(300 + 10 * (z + 1) + c + 1);
    }

    @Test
    void theScanOutlivesTheImage() {
        ImageStack stack = new ImageStack(1, 1);
        stack.addSlice(new FloatProcessor(1, 1, new float[] { 5 }));
        stack.addSlice(new FloatProcessor(1, 1, new float[] { 7 }));
        ImagePlus image = new ImagePlus("closed", stack);
        OpenImage open = OpenImage.of(image);
        Scan scan = open.scan(1);
        image.flush();
        assertThat(open.isClosed()).isTrue();
        assertThat(at(scan, 0, 0, 0, 0)).isEqualTo(5);
        assertThat(at(scan, 0, 0, 1, 0)).isEqualTo(7);
        assertThatThrownBy(() -> OpenImage.of(image)).hasMessageContaining("no image is open");
    }

    /** A stack that counts how often a slice is made. */
    static final class CountingStack extends VirtualStack {

        final AtomicInteger made = new AtomicInteger();

        CountingStack(int width, int height, int count) {
            super(width, height, count);
        }

        @Override
        public ImageProcessor getProcessor(int n) {
            made.incrementAndGet();
            FloatProcessor slice = new FloatProcessor(getWidth(), getHeight());
            slice.set(n);
            return slice;
        }
    }

    @Test
    void ofAVirtualStackOnlyTheSlicesThatAreLookedAtAreMade() {
        CountingStack stack = new CountingStack(4, 3, 2000);
        ImagePlus image = new ImagePlus("huge", stack);
        OpenImage open = OpenImage.of(image);
        stack.made.set(0);
        Scan scan = open.scan(1);
        assertThat(stack.made.get()).isZero();
        assertThat(at(scan, 1, 1, 1499, 0)).isEqualTo(1500);
        assertThat(at(scan, 2, 2, 1499, 0)).isEqualTo(1500);
        assertThat(stack.made.get()).isEqualTo(1);
    }

    @Test
    void pixelsThatAreNoNumberBecomeZeroAsInFiles() {
        ImagePlus image = new ImagePlus("nan", new FloatProcessor(2, 1, new float[] { Float.NaN, 3 }));
        Scan scan = OpenImage.of(image).scan(1);
        assertThat(at(scan, 0, 0, 0, 0)).isZero();
        assertThat(at(scan, 1, 0, 0, 0)).isEqualTo(3);
    }

    @Test
    void aSelectionOfAnAreaIsARegion() {
        ImagePlus image = new ImagePlus("roi", new ByteProcessor(10, 8));
        image.setRoi(new Roi(2, 3, 4, 2));
        SegmentImage.Region region = OpenImage.of(image).selection().orElseThrow();
        assertThat(region.contains(2, 3)).isTrue();
        assertThat(region.contains(5, 4)).isTrue();
        assertThat(region.contains(6, 4)).isFalse();
        assertThat(region.contains(5, 5)).isFalse();
        image.setRoi(new OvalRoi(0, 0, 8, 8));
        region = OpenImage.of(image).selection().orElseThrow();
        assertThat(region.contains(4, 4)).isTrue();
        assertThat(region.contains(0, 0)).isFalse();
    }

    @Test
    void aLineIsNoRegionAndOneOutsideIsRefused() {
        ImagePlus image = new ImagePlus("roi", new ByteProcessor(10, 8));
        image.setRoi(new Line(0, 0, 5, 5));
        assertThat(OpenImage.of(image).selection()).isEmpty();
        image.setRoi(new Roi(20, 20, 4, 4));
        assertThatThrownBy(() -> OpenImage.of(image).selection()).isInstanceOf(SeptumException.class)
                .hasMessageContaining("outside roi").hasMessageContaining("Select None");
    }

    @Test
    void framesOfOneSliceAreSuspectedToBeSlices() {
        ImageStack stack = new ImageStack(2, 2);
        for (int i = 0; i < 5; i++)
            stack.addSlice(new ByteProcessor(2, 2));
        ImagePlus image = new ImagePlus("t", stack);
        image.setDimensions(1, 1, 5);
        assertThat(OpenImage.of(image).scan(1).notes()).anyMatch(n -> n.contains("5 frames of one slice"));
    }

    @Test
    void withoutAnImageSomethingIsSaid() {
        assertThatThrownBy(() -> OpenImage.of(null)).isInstanceOf(SeptumException.class)
                .hasMessage("no image is open; open a scan first");
    }
}
