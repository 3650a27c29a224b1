package org.septum.fiji;

import java.util.List;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.real.FloatType;

import org.septum.core.ClassLabel;
import org.septum.core.ProbabilityMap;

import ij.ImagePlus;
import ij.ImageStack;
import ij.process.FloatProcessor;

/** The probabilities of an open image's frames as a hyperstack of ImageJ: a channel for each class. */
final class ProbabilityImage {

    private final List<ProbabilityMap> maps;

    private final OpenImage source;

    /**
     * @param maps
     *            one for each frame that was segmented, on the grid of {@code source}
     * @param source
     *            lends its calibration
     */
    ProbabilityImage(List<ProbabilityMap> maps, OpenImage source) {
        this.maps = List.copyOf(maps);
        this.source = source;
    }

    /** A 32-bit hyperstack, 0 to 1, its slices labelled with the names of the classes. */
    ImagePlus image() {
        ProbabilityMap first = maps.get(0);
        int width = (int) first.pixels().dimension(0);
        int height = (int) first.pixels().dimension(1);
        int depth = (int) first.pixels().dimension(2);
        List<ClassLabel> classes = first.labels().classes();
        int count = classes.size() * depth * maps.size();
        ImageStack stack = LazyStack.of(width, height, count, (long) Float.BYTES * width * height * count,
                i -> plane(maps.get(i / classes.size() / depth), i / classes.size() % depth, i % classes.size()));
        for (int i = 0; i < count; i++)
            stack.setSliceLabel(classes.get(i % classes.size()).name(), i + 1);
        ImagePlus image = new ImagePlus(source.title() + " probabilities", stack);
        image.setDimensions(classes.size(), depth, maps.size());
        image.setOpenAsHyperStack(true);
        image.setCalibration(source.spatialCalibration());
        image.setDisplayRange(0, 1);
        return image;
    }

    private static FloatProcessor plane(ProbabilityMap map, int z, int index) {
        FloatProcessor plane = new FloatProcessor((int) map.pixels().dimension(0), (int) map.pixels().dimension(1));
        RandomAccess<FloatType> at = map.pixels().randomAccess();
        for (int y = 0; y < plane.getHeight(); y++) {
            at.setPosition(new int[] { 0, y, z, index });
            for (int x = 0; x < plane.getWidth(); x++, at.fwd(0))
                plane.setf(x, y, at.get().get());
        }
        return plane;
    }
}
