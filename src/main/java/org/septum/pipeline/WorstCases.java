package org.septum.pipeline;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;

import javax.imageio.ImageIO;

import net.imglib2.RandomAccess;
import net.imglib2.type.numeric.integer.UnsignedByteType;

import org.septum.core.LabelMask;
import org.septum.core.Scan;
import org.septum.core.SeptumException;
import org.septum.io.OverlayPicture;

/** Keeps pictures of the cases that scored worst; the other cases are forgotten as they come. */
final class WorstCases {

    /** How many are kept. */
    static final int KEPT = 10;

    /**
     * One case.
     *
     * @param name
     *            of the case
     * @param dice
     *            mean over the classes that are in its reference
     * @param slice
     *            which is shown, from 1: the one where prediction and reference differ most
     * @param picture
     *            PNG in base64
     */
    record Shown(String name, double dice, int slice, String picture) {
    }

    private final List<Shown> worst = new ArrayList<>();

    /** Takes a case; one without a score is no candidate. */
    void offer(Scan scan, LabelMask reference, LabelMask prediction, String name, double dice) {
        if (Double.isNaN(dice) || worst.size() == KEPT && dice >= worst.get(KEPT - 1).dice())
            return;
        int z = mostDifferent(reference, prediction);
        worst.add(new Shown(name, dice, z + 1, png(OverlayPicture.drawComparison(scan, prediction, reference, z))));
        worst.sort(Comparator.comparingDouble(Shown::dice).thenComparing(Shown::name));
        if (worst.size() > KEPT)
            worst.remove(KEPT);
    }

    /** The worst first. */
    List<Shown> shown() {
        return List.copyOf(worst);
    }

    /** The slice with the most voxels that differ; of none, the one with the most of the reference. */
    static int mostDifferent(LabelMask reference, LabelMask prediction) {
        long[] score = new long[(int) reference.size(2)];
        RandomAccess<UnsignedByteType> other = prediction.pixels().randomAccess();
        var at = reference.pixels().localizingCursor();
        long voxels = reference.pixels().size();
        while (at.hasNext()) {
            int value = at.next().get();
            if (other.setPositionAndGet(at).get() != value)
                score[at.getIntPosition(2)] += voxels;
            else if (value != 0)
                score[at.getIntPosition(2)]++;
        }
        int best = score.length / 2;
        for (int z = 0; z < score.length; z++)
            if (score[z] > score[best])
                best = z;
        return best;
    }

    private static String png(BufferedImage picture) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(picture, "png", bytes);
        } catch (IOException e) {
            throw new SeptumException(SeptumException.Kind.INTERNAL, "cannot make a PNG: " + e.getMessage(), e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
