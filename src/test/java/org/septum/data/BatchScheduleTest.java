package org.septum.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BatchScheduleTest {

    private static final List<DataCase> CASES = IntStream.range(0, 12)
            .mapToObj(i -> new DataCase("case" + i, List.of(Path.of("i" + i)), Path.of("l" + i), "p" + i)).toList();

    private static Plan plan(int batch, double share) {
        return Samples.plan(3, 1, List.of(8, 6, 4),
                new TrainingPlan(batch, 10, 5, 0.01, 0.9, 1e-4, share, Samples.OFF, 7));
    }

    @ParameterizedTest
    @CsvSource({ "2,0.33,1", "3,0.33,1", "4,0.33,2", "8,0.33,3", "1,0.33,1", "8,0.5,4", "5,0,0", "5,1,5", "10,0.3,3" })
    void theShareIsThatOfEveryBatchRoundedUp(int batch, double share, int forced) {
        BatchSchedule schedule = new BatchSchedule(plan(batch, share), CASES);
        for (long step = 0; step < 20; step++) {
            int found = 0;
            for (int i = 0; i < batch; i++)
                found += schedule.draw(step, i, new Random(step)).classIndex() > 0 ? 1 : 0;
            assertThat(found).as("step %d", step).isEqualTo(forced).isEqualTo(schedule.forced());
        }
    }

    @Test
    void classesTakeTurns() {
        BatchSchedule schedule = new BatchSchedule(plan(4, 0.6), CASES);
        List<Integer> turns = new ArrayList<>();
        Set<String> seen = new TreeSet<>();
        for (long step = 0; step < 40; step++) {
            for (int i = 0; i < 4; i++) {
                BatchSchedule.Draw draw = schedule.draw(step, i, new Random(10 * step + i));
                seen.add(draw.source().name());
                if (draw.classIndex() > 0)
                    turns.add(draw.classIndex());
            }
        }
        assertThat(turns).startsWith(1, 2, 1, 2, 1, 2, 1).hasSize(120);
        assertThat(seen).hasSize(12);
    }
}
