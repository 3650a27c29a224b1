package org.septum.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import org.septum.pipeline.CheckData;
import org.septum.pipeline.CheckText;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code septum check}. */
@Command(name = "check", description = { "Says what scans and datasets are, and what is wrong with them.",
        "Exit code 1 if something is wrong." }, footer = { "", "Examples:", "  septum check scan.nii.gz dicom_folder",
                "  septum check DATASET --html check.html", "  septum check DATASET --fix corrected" })
final class CheckVerb extends Verb {

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Scans, folders of scans, or datasets.")
    private List<Path> paths;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with a thumbnail of each scan.")
    private Path page;

    @Option(names = "--fix", paramLabel = "DIR", description = "Write corrected copies of labels that do not lie on their scan; the dataset stays as it is.")
    private Path fix;

    @Option(names = "--overwrite", description = "Replace files at the outputs.")
    private boolean overwrite;

    @Override
    public Integer call() {
        CheckData.Result result = CheckData.run(
                new CheckData.Request(paths, Optional.ofNullable(page), Optional.ofNullable(fix), overwrite),
                progress());
        if (program().json) {
            Map<String, Object> json = new LinkedHashMap<>();
            json.put("well", result.isWell());
            json.put("problems", result.problems());
            json.put("files", result.files());
            json.put("findings", result.findings().stream().map(CheckVerb::json).toList());
            printJson(json);
        } else {
            CheckText.lines(result).forEach(this::print);
        }
        return result.isWell() ? SeptumCli.WELL : SeptumCli.FAILED;
    }

    private static Map<String, Object> json(CheckData.Finding finding) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("path", finding.path().toString());
        json.put("name", finding.name());
        json.put("facts", finding.facts().orElse(null));
        json.put("volumes", finding.volumes());
        json.put("notes", finding.notes());
        json.put("problems", finding.problems());
        return json;
    }
}
