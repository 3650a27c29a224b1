package org.septum.fiji;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.scijava.Context;
import org.scijava.command.CommandService;
import org.scijava.convert.ConvertService;
import org.scijava.module.Module;
import org.scijava.module.ModuleService;
import org.scijava.module.process.PreprocessorPlugin;
import org.scijava.plugin.PluginService;
import org.scijava.prefs.PrefService;
import org.scijava.ui.UIService;

class DialogMemoryTest {

    private Context context;

    private DialogMemory memory;

    @BeforeEach
    void start() {
        context = new Context();
        memory = new DialogMemory(context.service(PrefService.class), context.service(ConvertService.class));
    }

    @AfterEach
    void stop() {
        context.service(PrefService.class).clear(SegmentFolderCommand.class);
        context.dispose();
    }

    private Module module() {
        return context.service(ModuleService.class)
                .createModule(context.service(CommandService.class).getCommand(SegmentFolderCommand.class));
    }

    @Test
    void whatADialogWasGivenIsFilledInNextTimeWhereNobodyChose() {
        Module last = module();
        last.setInput("model", new ModelChoice("a"));
        last.setInput("output", new File("/masks"));
        last.setInput("overlap", 0.25);
        last.setInput("tta", true);
        last.setInput("memory", 900);
        memory.remember(last);
        Module next = module();
        next.setInput("memory", 100);
        next.resolveInput("memory");
        memory.recall(next);
        assertThat(next.getInput("model")).isEqualTo(new ModelChoice("a"));
        assertThat(next.getInput("output")).isEqualTo(new File("/masks"));
        assertThat(next.getInput("overlap")).isEqualTo(0.25);
        assertThat(next.getInput("tta")).isEqualTo(true);
        assertThat(next.getInput("memory")).isEqualTo(100);
        assertThat(next.getInput("input")).isNull();
    }

    @Test
    void nobodyIsAskedWithoutADisplay() {
        assertThat(DialogMemory.isAsked(module(), context.service(UIService.class))).isFalse();
    }

    @Test
    void bothHalvesArePlugins() {
        assertThat(
                context.service(PluginService.class).getPluginsOfClass(RecallChoices.class, PreprocessorPlugin.class))
                        .hasSize(1);
        assertThat(context.service(PluginService.class).getPlugin(RememberChoices.class)).isNotNull();
    }
}
