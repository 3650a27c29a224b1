package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.scijava.Context;
import org.scijava.command.CommandModule;
import org.scijava.command.CommandService;
import org.septum.bundle.BundleWriter;
import org.septum.pipeline.Toys;

import ij.ImagePlus;

/** Two models, one of volumes and one of pictures, and Segment… run on what it was not made for. */
abstract class SegmentAbuse {

    @TempDir
    static Path folder;

    static Context context;

    static File volumes;

    static File pictures;

    @BeforeAll
    static void start() {
        context = new Context();
        volumes = Toys.model(folder.resolve("volumes")).toFile();
        pictures = folder.resolve("pictures").toFile();
        BundleWriter.write(Toys.planarModel(Map.of()), pictures.toPath(), false);
    }

    @AfterAll
    static void stop() {
        context.dispose();
    }

    static Future<CommandModule> begin(Object... inputs) {
        List<Object> all = new ArrayList<>(List.of("device", "cpu"));
        all.addAll(Arrays.asList(inputs));
        return context.service(CommandService.class).run(SegmentCommand.class, true, all.toArray());
    }

    static CommandModule run(Object... inputs) throws InterruptedException, ExecutionException {
        return begin(inputs).get();
    }

    static void assertRefused(CommandModule module, String... words) {
        assertThat(module.isCanceled()).isTrue();
        assertThat(module.getCancelReason()).contains(words).doesNotContain("mistake in Septum").doesNotContain("--");
        assertThat(module.getOutput("mask")).isNull();
    }

    static byte[] mask(CommandModule module) {
        assertThat(module.getCancelReason()).isNull();
        return Images.values((ImagePlus) module.getOutput("mask"));
    }

    static ImagePlus toy() {
        return Images.of(Toys.scan("toy", 1));
    }

    static byte[] expected() {
        return Toys.values(Toys.mask(Toys.scan("toy", 1)));
    }
}
