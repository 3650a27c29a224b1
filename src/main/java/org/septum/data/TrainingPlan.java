package org.septum.data;

import java.util.List;
import java.util.Random;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;

import org.septum.core.SeptumException;

/**
 * How weights are found.
 *
 * @param batch
 *            patches a step
 * @param stepsPerEpoch
 *            steps between two validations
 * @param epochs
 *            of the whole training if no budget ends it earlier
 * @param learningRate
 *            the largest, at the first step or after the warm-up; it falls to 0
 * @param momentum
 *            of Nesterov's stochastic gradient descent; AdamW does not use it
 * @param weightDecay
 *            L2 penalty; decoupled under AdamW
 * @param foregroundShare
 *            share of the patches of every batch that lie about a voxel of a foreground class, 0 to 1, rounded up to
 *            whole patches
 * @param augmentation
 *            how patches are varied
 * @param lossWeights
 *            what a voxel of each class counts in the cross-entropy, in the order of the classes; empty for 1 each
 * @param seed
 *            of every random choice
 * @param learning
 *            by which rules; {@link LearningPlan#PLAIN} if not said
 */
public record TrainingPlan(int batch, int stepsPerEpoch, int epochs, double learningRate, double momentum,
        double weightDecay, double foregroundShare, AugmentationPlan augmentation,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Double> lossWeights, long seed, LearningPlan learning) {

    /**
     * How patches are varied: where their voxels come from, together with the labels, and then their values.
     *
     * @param spatial
     *            of images and labels
     * @param intensity
     *            of images alone
     */
    public record AugmentationPlan(Spatial spatial, Intensity intensity) {

        /** Patches as they are cut. */
        public static final AugmentationPlan NONE = new AugmentationPlan(null, null);

        /** What the first plans, which named no chances, were followed with. */
        private static final double OLD_SPATIAL_CHANCE = 0.5;

        private static final double OLD_INTENSITY_CHANCE = 0.3;

        public AugmentationPlan {
            spatial = spatial == null ? Spatial.NONE : spatial;
            intensity = intensity == null ? Intensity.NONE : intensity;
        }

        /**
         * The variations of the first plans, with the chances that these had: 0.5 for rotation and scale, 0.3 for the
         * others, which are gamma, noise and brightness.
         */
        public AugmentationPlan(boolean mirrorX, boolean mirrorY, boolean mirrorZ, double rotation, double scale,
                double gamma, double noise, double brightness) {
            this(new Spatial(mirrorX, mirrorY, mirrorZ, Variation.of(OLD_SPATIAL_CHANCE, rotation),
                    Variation.of(OLD_SPATIAL_CHANCE, scale), null, false),
                    new Intensity(Variation.of(OLD_INTENSITY_CHANCE, noise), null,
                            Variation.of(OLD_INTENSITY_CHANCE, brightness), null, null, null, null,
                            Variation.of(OLD_INTENSITY_CHANCE, gamma)));
        }

        /** From a file of this release or of one that had no {@code spatial} and {@code intensity}. */
        @JsonCreator
        static AugmentationPlan read(@JsonProperty("spatial") Spatial spatial,
                @JsonProperty("intensity") Intensity intensity, @JsonProperty("mirrorX") Boolean mirrorX,
                @JsonProperty("mirrorY") Boolean mirrorY, @JsonProperty("mirrorZ") Boolean mirrorZ,
                @JsonProperty("rotation") Double rotation, @JsonProperty("scale") Double scale,
                @JsonProperty("gamma") Double gamma, @JsonProperty("noise") Double noise,
                @JsonProperty("brightness") Double brightness) {
            AugmentationPlan old = new AugmentationPlan(isTrue(mirrorX), isTrue(mirrorY), isTrue(mirrorZ),
                    orZero(rotation), orZero(scale), orZero(gamma), orZero(noise), orZero(brightness));
            return new AugmentationPlan(spatial == null ? old.spatial : spatial,
                    intensity == null ? old.intensity : intensity);
        }

        private static boolean isTrue(Boolean given) {
            return given != null && given;
        }

        private static double orZero(Double given) {
            return given == null ? 0 : given;
        }

        /**
         * One kind of variation; one that is left out is switched off.
         *
         * @param chance
         *            that it happens to a patch (or, for intensities, to a channel of it), 0 to 1
         * @param strength
         *            its largest, in a unit of its own; 0 switches it off
         */
        public record Variation(double chance, double strength) {

            /** Never. */
            public static final Variation OFF = new Variation(0, 0);

            public Variation {
                if (!(chance >= 0 && chance <= 1) || !(strength >= 0 && strength <= 1e6)) {
                    throw SeptumException.input("augmentation with chance " + chance + " and strength " + strength
                            + "; allowed: a chance from 0 to 1 and a strength from 0");
                }
            }

            /** That variation, or {@link #OFF} for no strength. */
            static Variation of(double chance, double strength) {
                return strength == 0 ? OFF : new Variation(chance, strength);
            }

            /** Whether it happens this time; draws once, even where it is off. */
            boolean happens(Random random) {
                return random.nextDouble() < chance && strength > 0;
            }

            private static Variation orOff(Variation given) {
                return given == null ? OFF : given;
            }
        }

        /**
         * Where the voxels of a patch come from.
         *
         * @param mirrorX
         *            whether left and right are swapped in half of the patches
         * @param mirrorY
         *            likewise along y
         * @param mirrorZ
         *            likewise along z
         * @param rotation
         *            largest angle in degrees, about z and, in 3D, about x and y
         * @param scale
         *            largest relative change of size
         * @param elastic
         *            largest shift of a control point, as a share of the distance between control points, which is a
         *            quarter of the patch; at most 0.4, beyond which a patch may fold over itself
         * @param inPlane
         *            whether volumes are turned about z alone and bent within their slices: for slices so thick that
         *            others would be mixed up
         */
        public record Spatial(boolean mirrorX, boolean mirrorY, boolean mirrorZ, Variation rotation, Variation scale,
                Variation elastic, boolean inPlane) {

            /** Patches as they lie in the scan. */
            public static final Spatial NONE = new Spatial(false, false, false, null, null, null, false);

            private static final double MOST_ELASTIC = 0.4;

            public Spatial {
                rotation = Variation.orOff(rotation);
                scale = Variation.orOff(scale);
                elastic = Variation.orOff(elastic);
                if (scale.strength >= 1 || elastic.strength > MOST_ELASTIC) {
                    throw SeptumException.input("augmentation with scale " + scale.strength + " and elastic "
                            + elastic.strength + "; allowed: scale below 1, elastic up to " + MOST_ELASTIC);
                }
            }

            /** From a file, in which what is not said is off. */
            @JsonCreator
            static Spatial read(@JsonProperty("mirrorX") Boolean mirrorX, @JsonProperty("mirrorY") Boolean mirrorY,
                    @JsonProperty("mirrorZ") Boolean mirrorZ, @JsonProperty("rotation") Variation rotation,
                    @JsonProperty("scale") Variation scale, @JsonProperty("elastic") Variation elastic,
                    @JsonProperty("inPlane") Boolean inPlane) {
                return new Spatial(isTrue(mirrorX), isTrue(mirrorY), isTrue(mirrorZ), rotation, scale, elastic,
                        isTrue(inPlane));
            }
        }

        /**
         * How normalised values change; each channel by itself.
         *
         * @param noise
         *            largest standard deviation of added Gaussian noise, in standard deviations of the scan
         * @param blur
         *            largest standard deviation of a Gaussian blur, in voxels; the least is half of it
         * @param brightness
         *            largest relative change of all values and, in standard deviations, largest shift
         * @param contrast
         *            largest relative change of the distance to the mean; values stay within the range they had
         * @param lowResolution
         *            largest share of the voxels along each axis that is lost and interpolated again, below 1
         * @param colour
         *            largest relative change of saturation and of the strength of red, green and blue; of colour
         *            photographs alone
         * @param invertedGamma
         *            as gamma, on inverted values: what was dark changes as what was bright does with gamma
         * @param gamma
         *            largest change of the exponent: it lies between 1/(1+gamma) and 1+gamma; values stay within the
         *            range they had
         */
        public record Intensity(Variation noise, Variation blur, Variation brightness, Variation contrast,
                Variation lowResolution, Variation colour, Variation invertedGamma, Variation gamma) {

            /** Values as they are. */
            public static final Intensity NONE = new Intensity(null, null, null, null, null, null, null, null);

            public Intensity {
                noise = Variation.orOff(noise);
                blur = Variation.orOff(blur);
                brightness = Variation.orOff(brightness);
                contrast = Variation.orOff(contrast);
                lowResolution = Variation.orOff(lowResolution);
                colour = Variation.orOff(colour);
                invertedGamma = Variation.orOff(invertedGamma);
                gamma = Variation.orOff(gamma);
                if (lowResolution.strength >= 1 || contrast.strength > 1 || blur.strength > 100) {
                    throw SeptumException.input("augmentation with low resolution " + lowResolution.strength
                            + ", contrast " + contrast.strength + " and blur " + blur.strength
                            + "; allowed: low resolution below 1, contrast up to 1, blur up to 100");
                }
            }
        }
    }

    public TrainingPlan {
        learning = learning == null ? LearningPlan.PLAIN : learning;
        if (batch < 1 || stepsPerEpoch < 1 || epochs < 1) {
            throw SeptumException.input("training with batch " + batch + ", " + stepsPerEpoch + " steps an epoch and "
                    + epochs + " epochs; each must be at least 1");
        }
        if (!(learningRate > 0) || momentum < 0 || momentum >= 1 || weightDecay < 0) {
            throw SeptumException.input(
                    "training with learning rate " + learningRate + ", momentum " + momentum + " and weight decay "
                            + weightDecay + "; allowed: rate > 0, momentum from 0 to below 1, weight decay from 0");
        }
        if (!(foregroundShare >= 0 && foregroundShare <= 1)) {
            throw SeptumException.input("training with a foreground share of " + foregroundShare + "; allowed: 0 to 1");
        }
        augmentation = augmentation == null ? AugmentationPlan.NONE : augmentation;
        lossWeights = lossWeights == null ? List.of() : List.copyOf(lossWeights);
        if (lossWeights.stream().anyMatch(w -> !(w > 0 && w < Double.POSITIVE_INFINITY))) {
            throw SeptumException.input("training with loss weights " + lossWeights + "; each must be positive");
        }
    }

    /** By the plain rules, with every voxel of the same weight. */
    public TrainingPlan(int batch, int stepsPerEpoch, int epochs, double learningRate, double momentum,
            double weightDecay, double foregroundShare, AugmentationPlan augmentation, long seed) {
        this(batch, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare, augmentation,
                List.of(), seed, LearningPlan.PLAIN);
    }

    /** These settings with another number of epochs. */
    public TrainingPlan withEpochs(int other) {
        return new TrainingPlan(batch, stepsPerEpoch, other, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, lossWeights, seed, learning);
    }

    /** These settings with another number of epochs and of steps in each. */
    public TrainingPlan withSteps(int otherEpochs, int otherSteps) {
        return new TrainingPlan(batch, otherSteps, otherEpochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, lossWeights, seed, learning);
    }

    /** These settings with another seed. */
    public TrainingPlan withSeed(long other) {
        return new TrainingPlan(batch, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, lossWeights, other, learning);
    }

    /** These settings with another batch. */
    public TrainingPlan withBatch(int other) {
        return new TrainingPlan(other, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, lossWeights, seed, learning);
    }

    /** These settings with another learning rate. */
    public TrainingPlan withLearningRate(double other) {
        return new TrainingPlan(batch, stepsPerEpoch, epochs, other, momentum, weightDecay, foregroundShare,
                augmentation, lossWeights, seed, learning);
    }

    /** These settings with other rules. */
    public TrainingPlan withLearning(LearningPlan other) {
        return new TrainingPlan(batch, stepsPerEpoch, epochs, learningRate, momentum, weightDecay, foregroundShare,
                augmentation, lossWeights, seed, other);
    }
}
