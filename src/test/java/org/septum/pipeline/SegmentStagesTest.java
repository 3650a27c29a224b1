package org.septum.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.bundle.OpenModel;
import org.septum.core.Progress;
import org.septum.core.SeptumException;
import org.septum.io.NiftiScanWriter;
import org.septum.io.ReadOptions;
import org.septum.io.ScanFiles;

class SegmentStagesTest {

    /** Its records cannot be written any more. */
    private record FullDisk(Iterator<SegmentJob> left) implements SegmentQueue {

        @Override
        public Optional<SegmentJob> next() {
            return left.hasNext() ? Optional.of(left.next()) : Optional.empty();
        }

        @Override
        public void finished(SegmentJob job, SegmentScans.ScanResult result) {
            throw SeptumException.output("no space", new IOException("no space"));
        }
    }

    @Test
    void nothingIsWrittenAfterAMaskThatCannotBeRecorded(@TempDir Path folder) throws IOException {
        Path scans = Files.createDirectory(folder.resolve("scans"));
        Path output = Files.createDirectory(folder.resolve("masks"));
        for (int i = 0; i < 3; i++)
            NiftiScanWriter.write(Toys.scan("toy" + i, i), scans.resolve("toy" + i + ".nii.gz"), false);
        Path model = Toys.model(folder.resolve("model"));
        List<SegmentJob> jobs = SegmentJob.of(ScanFiles.find(List.of(scans)), ReadOptions.DEFAULT, false);
        SegmentScans.Request request = SegmentScans.Request.of(List.of(scans), model, output).withDevice("cpu");
        try (OpenModel open = OpenModel.open(model)) {
            assertThatThrownBy(() -> SegmentScans.run(request, open, Progress.SILENT,
                    stages -> stages.run(new FullDisk(jobs.iterator()), result -> {
                    }))).isInstanceOf(SeptumException.class).hasMessage("no space");
        }
        try (var written = Files.list(output)) {
            assertThat(written).hasSize(1);
        }
    }
}
