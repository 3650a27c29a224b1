package org.septum.data;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether whole pictures are made smaller: if they are large and little is lost of what is looked for. Pictures
 * of few patients become smaller still, and so they do if there is little time.
 */
final class PictureSizing {

    /**
     * A decision.
     *
     * @param size
     *            along x and y; empty for pictures as they are
     * @param longer
     *            of the two, or that of the median picture
     * @param reason
     *            in words
     */
    record Choice(List<Integer> size, int longer, String reason) {
    }

    /** Longer side of pictures of few patients: the network then sees a picture as a whole, and more of them a step. */
    private static final int EDGE_OF_FEW = 160;

    /** What pictures of few patients must keep of the labels, as Dice by the nearest pixel. */
    private static final double KEPT_OF_FEW = 0.9;

    /** A whole image is made smaller only if it is so many times longer than what it becomes. */
    private static final double MUCH_LARGER = 1.25;

    /** What a smaller image must keep of the labels, as Dice. */
    private static final double KEPT = 0.95;

    private final DatasetFingerprint facts;

    private final int step;

    private final List<Integer> image;

    /**
     * @param step
     *            sizes are multiples of it
     */
    PictureSizing(DatasetFingerprint facts, int step) {
        this.facts = facts;
        this.step = step;
        this.image = facts.shape().subList(0, 2);
    }

    private int longer() {
        return Math.max(image.get(0), image.get(1));
    }

    /** Decides by the pictures alone. */
    Choice choose() {
        int edge = EDGE_OF_FEW;
        double kept = facts.keptAt(edge);
        if (!facts.hasFewPatients() || facts.volumes() > 0 || longer() < MUCH_LARGER * edge)
            return ofMany();
        List<Integer> size = sizeAt(edge);
        if (!(kept >= KEPT_OF_FEW)) {
            Choice many = ofMany();
            return new Choice(many.size, many.longer,
                    many.reason + String.format(Locale.ROOT,
                            "; %s, as usual for few patients, keeps a Dice of only %.3f (%s is needed)", size, kept,
                            KEPT_OF_FEW));
        }
        return new Choice(size, edge, String.format(Locale.ROOT,
                "pictures of %d patients: whole images %s are brought to %s, where labels keep a Dice of %.3f (%s is"
                        + " enough), so that a patch shows all of an image and a step more of them",
                facts.patients(), image, size, kept, KEPT_OF_FEW));
    }

    private Choice ofMany() {
        int edge = CaseMeasurement.COARSE_EDGE;
        if (longer() <= MUCH_LARGER * edge || Double.isNaN(facts.coarseDice())) {
            return new Choice(List.of(), longer(),
                    facts.volumes() > 0 ? "slices of volumes are taken as they are"
                            : "slices are taken as they are: the median " + image + " is no or hardly larger than "
                                    + edge + " pixels");
        }
        boolean whole = facts.coarseDice() >= KEPT;
        List<Integer> size = sizeAt(edge);
        String reason = String.format(Locale.ROOT, whole
                ? "whole images %s are brought to %s: labels keep a Dice of %.3f (0.95 is enough), so a patch shows all"
                        + " of an image and loses little"
                : "slices stay as they are, %s: at %s labels keep a Dice of only %.3f (0.95 is needed), what is looked"
                        + " for is too thin or too small",
                image, size, facts.coarseDice());
        return whole ? new Choice(size, edge, reason) : new Choice(List.of(), longer(), reason);
    }

    /** The next smaller size that keeps enough of the labels; absent if there is none. */
    Optional<Choice> smallerThan(Choice choice) {
        // few patients make few pictures, which are seen often enough; smaller ones cost more Dice than time gains
        boolean isOfFew = facts.hasFewPatients() && choice.longer <= EDGE_OF_FEW;
        if (facts.volumes() > 0 || isOfFew)
            return Optional.empty();
        return CaseMeasurement.EDGES.stream()
                .filter(e -> e < choice.longer && MUCH_LARGER * e <= longer() && facts.keptAt(e) >= KEPT).findFirst()
                .map(e -> new Choice(sizeAt(e), e, String.format(Locale.ROOT,
                        "whole images %s are brought to %s, so that the time is enough for many of them; labels keep a"
                                + " Dice of %.3f (0.95 is enough)",
                        image, sizeAt(e), facts.keptAt(e))));
    }

    private List<Integer> sizeAt(int edge) {
        double longer = longer();
        return image.stream().map(n -> (int) Math.max(step, Math.round(n * edge / longer / step) * step)).toList();
    }
}
