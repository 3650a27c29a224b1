package org.septum.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.septum.pipeline.CheckData;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code septum check}. */
@Command(name = "check", description = { "Says what scans and datasets are, and what is wrong with them.",
        "Exit code 1 if something is wrong." }, footer = { "", "Examples:", "  septum check scan.nii.gz dicom_folder",
                "  septum check DATASET" })
final class CheckVerb extends Verb {

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Scans, folders of scans, or datasets.")
    private List<Path> paths;

    @Override
    public Integer call() {
        CheckData.Result result = CheckData.run(new CheckData.Request(paths), progress());
        if (program().json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("well", result.isWell());
            json.put("problems", result.problems());
            json.put("findings", result.findings().stream().map(CheckVerb::json).toList());
            printJson(json);
        } else {
            result.findings().forEach(this::print);
            result.problems().forEach(problem -> print("PROBLEM: " + problem));
            long bad = result.findings().stream().filter(f -> !f.problems().isEmpty()).count();
            print(result.findings().size() + " looked at, " + bad + " with problems");
        }
        return result.isWell() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private void print(CheckData.Finding finding) {
        print(finding.name() + ": " + finding.facts().map(f -> f.describe()).orElse("cannot be read"));
        if (!finding.voxels().isEmpty())
            print("  labels: " + finding.voxels() + " voxels");
        finding.facts().ifPresent(f -> f.notes().forEach(note -> print("  note: " + note)));
        finding.problems().forEach(problem -> print("  PROBLEM: " + problem));
    }

    private static Map<String, Object> json(CheckData.Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("path", finding.path().toString());
        json.put("name", finding.name());
        json.put("facts", finding.facts().orElse(null));
        json.put("voxels", finding.voxels());
        json.put("problems", finding.problems());
        return json;
    }
}
