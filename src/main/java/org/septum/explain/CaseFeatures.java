package org.septum.explain;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;

import org.septum.core.ClassLabel;
import org.septum.core.LabelMask;
import org.septum.core.ProbabilityMap;
import org.septum.core.Scan;
import org.septum.infer.ChangedEngine;
import org.septum.metrics.ConnectedParts;
import org.septum.metrics.DiceScore;

/**
 * What can be measured of a mask without a reference. Numbers by their names, in a fixed order; all are finite.
 * <p>
 * Of the whole mask: {@value #DOUBT}, the sum of the entropy over the number of its voxels, and its logarithm;
 * {@value #BORDER}, the mean entropy along its borders; {@value #PROMISE}, the Dice that the probabilities promise;
 * {@value #AGREEMENT} followed by a change: Dice with the mask of the changed scan; {@value #SIZE}, ln of mm³, or of
 * voxels where the scan is not calibrated, and {@value #TEXTURE}, the standard deviation of the intensities within a
 * class in those of the scan, means over the classes. Of each class: its size, how compact it is, what lies outside its
 * largest part, its contrast, brightness and texture.
 */
public final class CaseFeatures {

    static final String DOUBT = "doubt";

    static final String LN_DOUBT = "ln of doubt";

    static final String SIZE = "size";

    static final String TEXTURE = "texture";

    static final String BORDER = "doubt at the borders";

    static final String PROMISE = "promised Dice";

    static final String STRAYS = "strays";

    static final String AGREEMENT = "agreement ";

    /**
     * The features that tell good masks from bad ones, with their weights in the score: large objects that are even in
     * themselves, of which the network is sure and which it finds in a coarser scan as well, are found best. Doubt and
     * size count double.
     */
    static final Map<String, Double> WEIGHTS = Map.of(LN_DOUBT, -2.0, SIZE, 2.0, TEXTURE, -1.0,
            AGREEMENT + ChangedEngine.Change.COARSER.words(), 1.0);

    /** Added to doubt before its logarithm is taken, so that no doubt at all has one. */
    private static final double LEAST_DOUBT = 0.001;

    private CaseFeatures() {
    }

    /**
     * Measures a case.
     *
     * @param scan
     *            the scan
     * @param map
     *            the network's probabilities, not calibrated
     * @param mask
     *            made of them
     * @param changed
     *            the masks of the changed scan
     */
    public static Map<String, Double> of(Scan scan, ProbabilityMap map, LabelMask mask,
            Map<ChangedEngine.Change, LabelMask> changed) {
        RegionFacts facts = RegionFacts.of(scan, map, mask);
        Map<String, Double> features = new LinkedHashMap<>();
        long voxels = -facts.voxels[0];
        for (long n : facts.voxels)
            voxels += n;
        // an empty mask promises nothing, and all that is doubtful is doubt
        double doubt = facts.entropy / Math.max(1, voxels);
        features.put(DOUBT, doubt);
        features.put(LN_DOUBT, Math.log(doubt + LEAST_DOUBT));
        features.put(BORDER, facts.border == 0 ? 1 : facts.borderEntropy / facts.border);
        features.put(PROMISE, promise(facts));
        changed.forEach((change, other) -> features.put(AGREEMENT + change.words(), agreement(mask, other)));
        double voxel = mask.geometry().orUnitSpacing().voxelVolume();
        features.put(SIZE, mean(facts, c -> Math.log(Math.max(1, facts.voxels[c]) * voxel)));
        features.put(TEXTURE, mean(facts, facts::texture));
        for (int c = 1; c < map.labels().count(); c++)
            ofClass(map.labels().classes().get(c), c, facts, mask, features);
        return features;
    }

    private static void ofClass(ClassLabel label, int c, RegionFacts facts, LabelMask mask, Map<String, Double> to) {
        double voxel = mask.geometry().orUnitSpacing().voxelVolume();
        double volume = Math.max(1, facts.voxels[c]) * voxel;
        double strays = new ConnectedParts(mask.pixels(), List.of(label.value()), true, false).strays(label.value());
        // the same for a cube of any size
        double roundness = mask.size(2) == 1 ? 4 * Math.sqrt(volume / depth(mask)) * depth(mask)
                : 6 * Math.pow(volume, 2 / 3.0);
        to.put(name(SIZE, label), Math.log(volume));
        to.put(name("surface", label), facts.voxels[c] == 0 ? 0 : facts.surface[c] / roundness);
        to.put(name(STRAYS, label), strays);
        to.put(name("contrast", label), facts.contrast(c));
        to.put(name("brightness", label), facts.brightness(c));
        to.put(name(TEXTURE, label), facts.texture(c));
    }

    private static double mean(RegionFacts facts, IntToDoubleFunction ofClass) {
        return IntStream.range(1, facts.voxels.length).mapToDouble(ofClass).average().orElse(0);
    }

    private static double depth(LabelMask mask) {
        return mask.geometry().orUnitSpacing().spacing().get(2);
    }

    private static String name(String what, ClassLabel label) {
        return what + " of " + label.name();
    }

    /** Mean over the classes that the mask shows; 0 if it shows none. */
    private static double promise(RegionFacts facts) {
        double sum = 0;
        int found = 0;
        for (int c = 1; c < facts.voxels.length; c++) {
            if (facts.voxels[c] > 0) {
                sum += 2 * facts.likelyInside[c] / (facts.likely[c] + facts.voxels[c]);
                found++;
            }
        }
        return found == 0 ? 0 : sum / found;
    }

    /** Dice of two masks of a scan, mean over the foreground classes that either shows; 1 if neither shows any. */
    public static double agreement(LabelMask a, LabelMask b) {
        double sum = 0;
        int found = 0;
        for (ClassLabel label : a.labels().foreground()) {
            DiceScore score = DiceScore.of(a.pixels(), b.pixels(), label.value());
            if (score.reference() + score.prediction() > 0) {
                sum += 2.0 * score.both() / (score.reference() + score.prediction());
                found++;
            }
        }
        return found == 0 ? 1 : sum / found;
    }
}
