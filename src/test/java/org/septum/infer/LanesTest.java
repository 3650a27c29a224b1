package org.septum.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;

class LanesTest {

    @ParameterizedTest
    @CsvSource({ "2,576, 2,1", "2,4, 2,1", "2,3, 1,2", "2,1, 1,2", "1,1, 1,1", "1,100, 1,1", "8,16, 8,1", "8,15, 4,2",
            "8,4, 2,4", "6,8, 3,2", "64,100, 32,2", "3,5000000000, 3,1" })
    void everyLaneGetsTwoCallsAndTheThreadsAreSpreadOverTheLanes(int threads, long calls, int count, int each) {
        assertThat(Lanes.of(threads, Workload.of(calls, List.of(4, 4, 4)))).isEqualTo(new Lanes(count, each));
    }

    @Test
    void batchesAndALimitMakeFewerLanes() {
        Workload work = Workload.of(16, List.of(4, 4, 4));
        assertThat(Lanes.of(8, work.withBatch(3))).isEqualTo(new Lanes(2, 4));
        assertThat(Lanes.of(8, work.withOneLane())).isEqualTo(new Lanes(1, 8));
    }

    @Test
    void noLaneIsNoEngine() {
        assertThatThrownBy(() -> new Lanes(0, 1)).isInstanceOf(SeptumException.class).hasMessageContaining("0 lanes");
    }
}
