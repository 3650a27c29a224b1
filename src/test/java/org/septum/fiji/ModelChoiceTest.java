package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.scijava.convert.ConvertService;
import org.septum.core.SeptumException;
import org.septum.pipeline.InstalledModels;
import org.septum.pipeline.Toys;

import ij.ImagePlus;

@Tag("engine")
class ModelChoiceTest {

    @TempDir
    private Path folder;

    private Context context;

    @BeforeEach
    void start() {
        System.setProperty(InstalledModels.PROPERTY, folder.resolve("installed").toString());
        context = new Context();
    }

    @AfterEach
    void stop() {
        context.dispose();
        System.clearProperty(InstalledModels.PROPERTY);
    }

    /** The list of a dialog is made of what the converters say. */
    @Test
    void theListHoldsTheInstalledModelsAsTheyAreNowAndThenAFile() {
        ConvertService converter = context.service(ConvertService.class);
        assertThat(converter.getCompatibleInputs(ModelChoice.class)).map(Object::toString)
                .containsExactly(ModelChoice.FILE);
        Toys.model(folder.resolve("installed/zebra"));
        Toys.model(folder.resolve("installed/blob"));
        assertThat(converter.getCompatibleInputs(ModelChoice.class)).containsExactly(new ModelChoice("blob"),
                new ModelChoice("zebra"), new ModelChoice(ModelChoice.FILE));
    }

    private CommandModule run(Object... more) throws InterruptedException, ExecutionException {
        Object[] inputs = new Object[more.length + 4];
        System.arraycopy(new Object[] { "image", Images.of(Toys.scan("toy", 1)), "device", "cpu" }, 0, inputs, 0, 4);
        System.arraycopy(more, 0, inputs, 4, more.length);
        return context.service(CommandService.class).run(SegmentCommand.class, true, inputs).get();
    }

    @Test
    void namesPathsAndFilesGiveTheSameMask() throws InterruptedException, ExecutionException {
        Path path = Toys.model(folder.resolve("installed/blob"));
        byte[] expected = Toys.values(Toys.mask(Toys.scan("toy", 1)));
        Object[][] ways = { { "model", "blob" }, { "model", path.toString() }, { "model", path.toFile() },
                { "model", path }, { "modelfile", path.toFile() }, { "modelfile", path + "/rdf.yaml" },
                { "model", ModelChoice.FILE, "modelfile", path.toFile() }, { "model", new ModelChoice("blob") },
                { "model", "blob", "modelfile", new File("gone") }, { "modelfile", "blob" } };
        for (Object[] way : ways)
            assertThat(Images.values((ImagePlus) run(way).getOutput("mask"))).as(java.util.Arrays.toString(way))
                    .isEqualTo(expected);
    }

    @Test
    void withoutAModelTheReasonSaysWhichThereAre() throws InterruptedException, ExecutionException {
        assertThat(run().getCancelReason()).contains("no model is chosen", "none is installed in");
        Toys.model(folder.resolve("installed/blob"));
        assertThat(run("model", ModelChoice.FILE).getCancelReason()).contains("no model is chosen", ": blob");
        assertThatThrownBy(() -> ModelChoice.path(null, new File(""))).isInstanceOf(SeptumException.class);
    }
}
