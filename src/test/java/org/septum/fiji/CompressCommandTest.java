package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.bundle.BundleReader;
import org.septum.pipeline.Toys;

@Tag("engine")
class CompressCommandTest {

    @TempDir
    private static Path folder;

    private static Context context;

    @BeforeAll
    static void start() throws IOException {
        context = new Context();
        Toys.model(folder.resolve("toy"));
        Toys.dataset(folder.resolve("toys"), 5);
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    private static CommandModule run(String method, double share, Path output)
            throws InterruptedException, ExecutionException {
        return context.service(CommandService.class)
                .run(CompressCommand.class, true, "model", folder.resolve("toy/rdf.yaml").toFile(), "dataset",
                        folder.resolve("toys").toFile(), "method", method, "target", "flops", "share", share, "minutes",
                        0, "drop", 1.0, "output", output.toFile(), "overwrite", false)
                .get();
    }

    @Test
    void isInTheMenu() {
        assertThat(
                context.service(CommandService.class).getCommand(CompressCommand.class).getMenuPath().getMenuString())
                        .isEqualTo("Plugins > Septum > Compress Model...");
    }

    @Test
    void aModelAndAReceiptComeOut() throws InterruptedException, ExecutionException {
        Path output = folder.resolve("small.zip");
        String receipt = (String) run("similarity", 0.5, output).getOutput("receipt");
        assertThat(receipt).contains("blob: Dice 1.0000 before", "multiply-adds a patch", "written to " + output);
        assertThat(BundleReader.read(output).plan().network().widths()).isNotEmpty();
    }

    @Test
    void aShareOutOfReachCancelsWithWhatIsPossible() throws InterruptedException, ExecutionException {
        CommandModule module = run("similarity", 0.01, folder.resolve("none"));
        assertThat(module.isCanceled()).isTrue();
        assertThat(module.getCancelReason()).contains("cannot be reached");
        assertThat(folder.resolve("none")).doesNotExist();
    }
}
