package org.septum.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;

import org.junit.jupiter.api.Test;

class ConsoleProgressTest {

    private static final long TWENTY_SECONDS = 20_000_000_000L;

    private final StringWriter written = new StringWriter();

    private final AtomicLong clock = new AtomicLong();

    private final ConsoleProgress progress = new ConsoleProgress(new PrintWriter(written), () -> false, false,
            clock::get);

    @Test
    void theTimeLeftIsThatOfTheJobThatRuns() {
        progress.report("epoch 1, loss 0.5", 0, 100);
        tick("epoch 1, loss 0.4", 10);
        tick("epoch 2, loss 0.3", 20);
        assertThat(written.toString()).contains("epoch 1, loss 0.4: 10 %, about 3 min left")
                .contains("epoch 2, loss 0.3: 20 %, about 3 min left");
    }

    @Test
    void aJobThatBeginsAnewForgetsHowLongTheOneBeforeTook() {
        progress.report("epoch 1, loss 0.5", 0, 100);
        for (int i = 1; i <= 50; i++)
            tick("epoch 9, loss 0.1", 2L * i - 1);
        progress.report("epoch 1, loss 0.5", 0, 100);
        written.getBuffer().setLength(0);
        tick("epoch 1, loss 0.5", 20);
        assertThat(written.toString()).isEqualToIgnoringNewLines("epoch 1, loss 0.5: 20 %, about 80 s left");
    }

    private void tick(String what, long done) {
        clock.addAndGet(TWENTY_SECONDS);
        progress.report(what, done, 100);
    }
}
