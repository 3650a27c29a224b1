package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.Bundle;
import org.septum.bundle.BundleReader;
import org.septum.bundle.BundleWriter;
import org.septum.bundle.ModelCard;
import org.septum.core.SeptumException;
import org.septum.metrics.Measurement;

@Tag("engine")
class WriteCardTest {

    @TempDir
    private Path folder;

    private Path model;

    @BeforeEach
    void writeModel() {
        Bundle bundle = Toys.planarModel(Map.of());
        ModelCard card = bundle.card().withScores(List.of(new ModelCard.Score("blob", "Dice", 0.9, 0.1, 5, "fold 0")));
        model = folder.resolve("model");
        BundleWriter.write(bundle.withCard(card).withAttachments(
                Map.of("report.html", "blob", "scores.csv", SCORES, "summary.csv", "blob")), model, false);
    }

    private static final String SCORES = """
            case,label,class,dice,iou,hd95,nsd,assd,reference_ml,prediction_ml,unit
            a,1,blob,0.9,0.8,Infinity,0.7,1.0,NaN,NaN,mm
            """;

    private Path card(String json) throws IOException {
        return Files.writeString(folder.resolve("card.json"), json);
    }

    @Test
    void aClassGetsItsNewNameWhereverItStands() throws IOException {
        Path card = card(
                """
                        {"classes": {"blob": "fetal head"}, "intendedUse": "Measuring heads.", "limits": ["Standard planes only."],
                         "licence": "CC-BY-4.0"}""");
        Path output = folder.resolve("renamed.zip");
        WriteCard.run(WriteCard.Request.of(model, card, output, false));
        Bundle renamed = BundleReader.read(output);
        assertThat(renamed.plan().labels().foreground().get(0).name()).isEqualTo("fetal head");
        assertThat(renamed.card().scores().get(0).className()).isEqualTo("fetal head");
        assertThat(renamed.card().use().measurements()).containsExactly(Measurement.circumference("fetal head"));
        assertThat(renamed.card().use().limits()).containsExactly("Standard planes only.");
        assertThat(renamed.attachments().get("scores.csv")).isEqualTo(SCORES.replace("blob", "fetal head"));
        assertThat(renamed.attachments().get("summary.csv")).contains("1,fetal head,dice,1,0.9");
        assertThat(renamed.weights()).isEqualTo(BundleReader.read(model).weights());
    }

    @Test
    void theReadmeSaysWhatItIsForAndWhatItMeasures() throws IOException {
        Path card = card("{\"intendedUse\": \"Measuring heads.\", \"limits\": [\"Standard planes only.\"]}");
        Path output = folder.resolve("copy");
        WriteCard.run(WriteCard.Request.of(model, card, output, false));
        assertThat(output.resolve("README.md")).content().contains("Intended use: Measuring heads.",
                "the circumference of the blob", "- Standard planes only.", "| blob | Dice | 0.900 |");
    }

    @Test
    void filesCanBeLeftOutAndMeasurementsSet() {
        Path output = folder.resolve("small");
        WriteCard.run(new WriteCard.Request(model, Optional.empty(), List.of(Measurement.circumference("blob")),
                List.of("report.html"), false, output, false));
        Bundle small = BundleReader.read(output);
        assertThat(small.attachments()).containsOnlyKeys("scores.csv", "summary.csv");
        assertThat(small.card()).isEqualTo(BundleReader.read(model).card());
        assertThat(output.resolve("report.html")).doesNotExist();
    }

    @Test
    void whatIsNotInTheModelIsRefusedByName() throws IOException {
        Path output = folder.resolve("never");
        Path card = card("{\"classes\": {\"liver\": \"fetal head\"}}");
        assertThatThrownBy(() -> WriteCard.run(WriteCard.Request.of(model, card, output, false)))
                .isInstanceOf(SeptumException.class).hasMessageContaining("class \"liver\"")
                .hasMessageContaining("blob");
        assertThatThrownBy(() -> WriteCard.run(new WriteCard.Request(model, Optional.empty(), List.of(),
                List.of("weights.onnx"), false, output, false))).isInstanceOf(SeptumException.class)
                        .hasMessageContaining("weights.onnx");
        assertThatThrownBy(() -> WriteCard.run(new WriteCard.Request(model, Optional.empty(),
                List.of(Measurement.circumference("liver")), List.of(), false, output, false)))
                        .isInstanceOf(SeptumException.class).hasMessageContaining("liver");
        assertThat(output).doesNotExist();
    }
}
