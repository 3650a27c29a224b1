package org.septum.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.septum.data.Plan;

import ai.djl.engine.EngineException;

class AdjustmentsTest {

    private static final Plan PLAN = TinyTraining.plan(4, 3);

    /** Size divisor 2, patch 12 × 10 × 8, batch 5. */
    @Test
    void lessMemoryMeansHalfTheBatchAndThenAShorterLongestAxis() {
        Plan plan = PLAN.withTraining(PLAN.training().withBatch(5));
        List<String> seen = new ArrayList<>();
        Optional<Adjustments> now = Adjustments.NONE.smaller(plan);
        while (now.isPresent()) {
            Plan adjusted = now.get().of(plan);
            seen.add(adjusted.training().batch() + " " + adjusted.patch());
            now = now.get().smaller(plan);
        }
        assertThat(seen).startsWith("2 [12, 10, 8]", "1 [12, 10, 8]", "1 [10, 10, 8]", "1 [8, 10, 8]", "1 [8, 8, 8]",
                "1 [6, 8, 8]", "1 [6, 6, 8]", "1 [6, 6, 6]").endsWith("1 [2, 2, 2]");
    }

    @Test
    void theRateIsHalvedAndAllElseStays() {
        Adjustments small = new Adjustments(0, 1, List.of(8, 8, 8));
        assertThat(small.halvedRate().halvedRate()).isEqualTo(new Adjustments(2, 1, List.of(8, 8, 8)));
        assertThat(small.halvedRate().halvedRate().rate()).isEqualTo(0.25);
        assertThat(Adjustments.NONE.of(PLAN)).isEqualTo(PLAN);
    }

    @Test
    void onlyMissingMemoryIsTakenForMissingMemory() {
        assertThat(Setbacks.isOutOfMemory(new OutOfMemoryError("Java heap space"))).isTrue();
        assertThat(Setbacks.isOutOfMemory(new EngineException(
                "[enforce fail at alloc_cpu.cpp:118] . DefaultCPUAllocator: can't allocate memory: you tried to"
                        + " allocate 68719476736 bytes. Error code 12 (Cannot allocate memory)"))).isTrue();
        assertThat(Setbacks.isOutOfMemory(new EngineException("CUDA out of memory. Tried to allocate 2.00 GiB")))
                .isTrue();
        assertThat(Setbacks.isOutOfMemory(new EngineException("shape mismatch"))).isFalse();
        assertThat(Setbacks.isOutOfMemory(new EngineException((String) null))).isFalse();
        assertThat(Setbacks.isOutOfMemory(new IllegalStateException("out of memory"))).isFalse();
    }
}
