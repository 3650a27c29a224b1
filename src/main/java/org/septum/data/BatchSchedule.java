package org.septum.data;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Which case each patch of each batch is cut from, and which class it is to show. The plan's share of every batch,
 * rounded up, shows foreground: not by chance, and every class in turn, however few its voxels or its cases
 * (oversampling of Isensee et al. 2021). The others are from anywhere, so cases without foreground take part.
 */
public final class BatchSchedule {

    /**
     * What a patch is cut from.
     *
     * @param source
     *            the case
     * @param classIndex
     *            the class that it shows, if the case has it; 0 for a patch from anywhere
     */
    public record Draw(DataCase source, int classIndex) {
    }

    private final List<DataCase> cases;

    private final int batch;

    private final int forced;

    private final int foreground;

    /** For each class that few cases have, those of them that are trained on. */
    private final Map<Integer, List<DataCase>> rare = new HashMap<>();

    /**
     * @param cases
     *            that are trained on
     */
    public BatchSchedule(Plan plan, List<DataCase> cases) {
        this.cases = List.copyOf(cases);
        this.batch = plan.training().batch();
        this.forced = (int) Math.ceil(plan.training().foregroundShare() * batch - 1e-9);
        this.foreground = plan.labels().count() - 1;
        if (plan.fingerprint() != null)
            findRare(plan.fingerprint());
    }

    private void findRare(DatasetFingerprint facts) {
        for (int k = 1; k < facts.classes().size(); k++) {
            List<String> rareIn = facts.classes().get(k).rareIn();
            List<DataCase> having = cases.stream().filter(c -> rareIn.contains(c.nameHash())).toList();
            if (!having.isEmpty())
                rare.put(k, having);
        }
    }

    /** Patches of every batch that show foreground; they are its last ones. */
    int forced() {
        return forced;
    }

    /**
     * What a patch is cut from.
     *
     * @param step
     *            number of the batch, from 0
     * @param index
     *            number of the patch in it, from 0
     * @param random
     *            generator of this patch
     */
    public Draw draw(long step, int index, Random random) {
        int turn = index - (batch - forced);
        if (turn < 0)
            return new Draw(cases.get(random.nextInt(cases.size())), 0);
        int classIndex = 1 + (int) ((step * forced + turn) % foreground);
        List<DataCase> among = rare.getOrDefault(classIndex, cases);
        return new Draw(among.get(random.nextInt(among.size())), classIndex);
    }
}
