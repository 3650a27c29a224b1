package org.septum.ij1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.septum.core.SeptumException;
import org.septum.fiji.Images;
import org.septum.pipeline.Toys;

import ij.ImagePlus;
import ij.WindowManager;
import ij.macro.Interpreter;
import ij.measure.ResultsTable;

/** Commands with the words of macros, where there is no display. */
@Tag("engine")
class CommandRunTest {

    @TempDir
    private static Path folder;

    private static Path model;

    @BeforeAll
    static void make() throws java.io.IOException {
        model = Toys.model(folder.resolve("toy"));
        Toys.dataset(folder.resolve("toys"), 2);
    }

    @AfterEach
    void tidy() {
        WindowManager.setTempCurrentImage(null);
        Interpreter.batchMode = false;
    }

    @Test
    void theWordsOfAMacroGiveMasksAndTheirReport() {
        String report = SeptumPlugIn.call("Segment Folder...",
                "input=[" + folder.resolve("toys/imagesTr") + "] model=[" + model + "] output=[" + folder.resolve("o u")
                        + "] device=cpu overlap=0.25 format=nifti,roi-zip overlay");
        assertThat(report).contains("blob");
        assertThat(folder.resolve("o u")).isDirectoryContaining("glob:**.nii.gz").isDirectoryContaining("glob:**.zip")
                .isDirectoryContaining("glob:**.png");
    }

    @Test
    void theActiveImageIsTheOneThatIsSegmented() {
        ImagePlus image = Images.of(Toys.scan("toy", 1));
        WindowManager.setTempCurrentImage(image);
        Interpreter.batchMode = true;
        SeptumPlugIn.call("Segment...", "model=[" + model + "] device=cpu table=false");
        assertThat(image.getOverlay()).isNotNull();
        assertThat(image.isLocked()).isFalse();
    }

    @Test
    void aWordOfAMacroAsksForAJudgement() {
        ImagePlus image = Images.of(Toys.scan("toy", 1));
        WindowManager.setTempCurrentImage(image);
        Interpreter.batchMode = true;
        SeptumPlugIn.call("Segment...", "model=[" + model + "] device=cpu quality");
        ResultsTable table = ResultsTable.getResultsTable();
        assertThat(table.getStringValue("Look at it", table.size() - 1)).isEqualTo("no");
        assertThat(SeptumPlugIn.call("Segment Folder...",
                "input=[" + folder.resolve("toys/imagesTr") + "] model=[" + model + "] output=["
                        + folder.resolve("judged") + "] device=cpu quality"))
                                .contains("nothing unlike the model's training cases");
    }

    @Test
    void aMacroOfImageJCallsItWithoutMenus() {
        String report = new Interpreter().eval("call(\"org.septum.ij1.SeptumPlugIn.call\", \"Check Data...\", \"input=["
                + folder.resolve("toys") + "]\")");
        assertThat(report).contains("2 looked at");
    }

    @Test
    void aVariableOfTheMacroIsAValue() {
        String report = new Interpreter().eval("where = \"" + folder.resolve("toys")
                + "\"; call(\"org.septum.ij1.SeptumPlugIn.call\", \"Check Data...\", \"input=&where\")");
        assertThat(report).contains("2 looked at");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "Segment Folder... | modle=a | has no parameter \"modle\"; it has: input, model",
            "Segment Folder... | device=cpu | Input (input) is missing",
            "Segment Folder... | input=a model=b output=c overlap=2 | allowed: a number from 0 to 0.95",
            "Segment Folder... | input=a model=b output=c overlap=half | allowed: a number from 0 to 0.95",
            "Segment Folder... | input=a model=b output=c memory=1.5 | allowed: a whole number from 0",
            "Segment Folder... | input=a model=b output=c tta=yes | allowed: true, false",
            "Segment Folder... | input=a model=b output=c | no model",
            "Segment... | model=b image=[no such] | no image \"no such\" is open",
            "Segment... | model=b | no image is open", "Segmnt | model=b | it has: Check Data..., Compress Model..." })
    void whatIsNotAllowedIsSaidWithWhatIs(String command, String options, String message) {
        assertThatThrownBy(() -> SeptumPlugIn.call(command, options)).isInstanceOf(SeptumException.class)
                .hasMessageContaining(message);
    }
}
