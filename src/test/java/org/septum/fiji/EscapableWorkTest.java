package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Cancelable;
import org.scijava.Context;
import org.scijava.app.StatusService;
import org.scijava.log.LogLevel;
import org.scijava.log.LogService;
import org.septum.core.SeptumException;

import ij.IJ;

class EscapableWorkTest {

    private static final class Told implements Cancelable {

        private String reason;

        @Override
        public boolean isCanceled() {
            return reason != null;
        }

        @Override
        public void cancel(String why) {
            reason = why;
        }

        @Override
        public String getCancelReason() {
            return reason;
        }
    }

    private final Told command = new Told();

    private Context context;

    private EscapableWork work;

    @BeforeEach
    void start() {
        context = new Context(StatusService.class, LogService.class);
        context.service(LogService.class).setLevel(LogLevel.NONE);
        work = new EscapableWork(command, context.service(StatusService.class), context.service(LogService.class),
                UnaryOperator.identity());
    }

    @AfterEach
    void stop() {
        IJ.resetEscape();
        context.dispose();
    }

    @Test
    void whatComesOutIsGiven() {
        assertThat(work.compute(p -> 7)).contains(7);
        assertThat(command.isCanceled()).isFalse();
    }

    @Test
    void workThatDoesNotLookIsLeftBehindWithinASecond() throws InterruptedException {
        CountDownLatch end = new CountDownLatch(1);
        AtomicBoolean heard = new AtomicBoolean();
        long start = System.nanoTime();
        Optional<Integer> result = work.compute(p -> {
            IJ.setKeyDown(java.awt.event.KeyEvent.VK_ESCAPE);
            await(end);
            heard.set(p.isCancelled());
            return 1;
        });
        assertThat(System.nanoTime() - start).isLessThan(1_500_000_000L);
        assertThat(result).isEmpty();
        assertThat(command.getCancelReason()).isEqualTo("stopped by the user");
        // a run that begins later takes the key back; this one still knows
        IJ.resetEscape();
        end.countDown();
        for (int i = 0; i < 100 && !heard.get(); i++)
            Thread.sleep(20);
        assertThat(heard).isTrue();
    }

    @Test
    void workThatWritesIsWaitedFor() {
        AtomicBoolean tidy = new AtomicBoolean();
        work.write(p -> {
            IJ.setKeyDown(java.awt.event.KeyEvent.VK_ESCAPE);
            while (!p.isCancelled())
                Thread.onSpinWait();
            sleep(700);
            tidy.set(true);
            p.throwIfCancelled();
            return 1;
        });
        assertThat(tidy).isTrue();
        assertThat(command.getCancelReason()).isEqualTo("stopped by the user");
    }

    @Test
    void errorsBecomeTheReason() {
        work.compute(p -> {
            throw SeptumException.input("this scan is bad; give another");
        });
        assertThat(command.getCancelReason()).isEqualTo("this scan is bad; give another");
        work.compute(p -> {
            throw new IllegalStateException("slip");
        });
        assertThat(command.getCancelReason()).startsWith("a mistake in Septum:").contains("slip");
        work.compute(p -> {
            throw new OutOfMemoryError("test");
        });
        assertThat(command.getCancelReason()).startsWith("memory ran out");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void sleep(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
