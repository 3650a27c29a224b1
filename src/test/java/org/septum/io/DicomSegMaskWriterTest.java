package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

import net.imglib2.img.array.ArrayImgs;

import org.junit.jupiter.api.Test;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.DicomOrigin;
import org.septum.core.Direction;
import org.septum.core.LabelMask;
import org.septum.core.Modality;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

class DicomSegMaskWriterTest extends MaskWriterContractTest {

    @Override
    MaskWriter writer() {
        return new DicomSegMaskWriter();
    }

    @Override
    LabelMask read(Path file, LabelMask written) {
        try {
            return SegFile.read(file, Phantoms.LABELS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    boolean refuses(ScanGeometry geometry) {
        return Double.isNaN(geometry.spacing().x());
    }

    private DicomTree written(LabelMask mask) throws IOException {
        Path file = folder.resolve("seg.dcm");
        writer().write(mask, file, true);
        return DicomTree.read(file);
    }

    private static LabelMask empty(long... size) {
        return new LabelMask(ArrayImgs.unsignedBytes(size), Phantoms.oblique(), Phantoms.LABELS);
    }

    /** The first class is everywhere. */
    private static LabelMask full(long... size) {
        LabelMask mask = empty(size);
        mask.pixels().forEach(v -> v.set(1));
        return mask;
    }

    @Test
    void packsBitsAcrossFramesFromTheLowest() throws IOException {
        LabelMask mask = empty(5, 3, 2);
        mask.pixels().getAt(4, 2, 0).set(1);
        mask.pixels().getAt(0, 0, 1).set(1);
        mask.pixels().getAt(1, 0, 1).set(7);
        // 15 bits a frame: bit 14 of the first, bit 15 is the first of the second, bit 31 the second of the third.
        assertThat(written(mask).bytes(0x7fe00010)).containsExactly(0, 0b11000000, 0, 0b10000000, 0, 0);
    }

    @Test
    void hasFramesWhereAClassIsAndAtBothEnds() throws IOException {
        LabelMask mask = empty(7, 5, 9);
        mask.pixels().getAt(1, 2, 4).set(7);
        mask.pixels().getAt(1, 3, 4).set(1);
        mask.pixels().getAt(1, 4, 6).set(255);
        DicomTree seg = written(mask);
        assertThat(seg.items(0x52009230)).extracting(f -> f.item(0x0062000a).shorts(0x0062000b)[0]).containsExactly(1,
                1, 1, 2, 3);
        assertThat(seg.items(0x52009230)).extracting(f -> f.item(0x00209111).bytes(0x00209157)[4])
                .as("rank of the slice among those with a frame")
                .containsExactly((byte) 1, (byte) 2, (byte) 4, (byte) 2, (byte) 3);
        assertSame(mask, read(folder.resolve("seg.dcm"), mask));
    }

    @Test
    void belongsToTheSeriesItsScanCameFrom() throws IOException {
        Path series = folder.resolve("series");
        DicomSeriesWriter.write(Phantoms.scan("ct", Phantoms.oblique(), Modality.CT, 7, 5, 3), series, false);
        DicomTree seg = written(full(7, 5, 3).withDicom(ScanFiles.read(series).dicom()));
        for (int z = 0; z < 3; z++) {
            DicomTree image = DicomTree.read(series.resolve("IM000%d.dcm".formatted(z + 1)));
            for (int tag : new int[] { 0x00100010, 0x00100020, 0x0020000d, 0x00200010, 0x00200052, 0x00080020,
                    0x00080050 })
                assertThat(seg.text(tag)).as("%08x", tag).isEqualTo(image.text(tag));
            String uid = image.text(0x00080018);
            DicomTree frame = seg.items(0x52009230).get(z);
            DicomTree source = frame.item(0x00089124).item(0x00082112);
            assertThat(source.text(0x00081155)).isEqualTo(uid);
            assertThat(source.text(0x00081150)).isEqualTo(image.text(0x00080016));
            assertThat(frame.item(0x00209113).numbers(0x00200032)).isEqualTo(image.numbers(0x00200032));
            DicomTree referenced = seg.item(0x00081115);
            assertThat(referenced.text(0x0020000e)).isEqualTo(image.text(0x0020000e));
            assertThat(referenced.items(0x0008114a).get(z).text(0x00081155)).isEqualTo(uid);
        }
        assertThat(seg.text(0x0020000e)).isNotEqualTo(seg.item(0x00081115).text(0x0020000e));
    }

    @Test
    void namesTheFrameOfASourceOfManyFrames() throws IOException {
        DicomOrigin one = Phantoms.origin(3);
        String enhanced = "1.2.840.10008.5.1.4.1.1.2.1";
        DicomOrigin many = one.withImages(List.of(new DicomOrigin.SourceImage(enhanced, "1.2.3", 2),
                new DicomOrigin.SourceImage(enhanced, "1.2.3", 3), new DicomOrigin.SourceImage(enhanced, "1.2.3", 1)));
        DicomTree seg = written(full(7, 5, 3).withDicom(many));
        assertThat(seg.items(0x52009230)).extracting(f -> f.item(0x00089124).item(0x00082112).text(0x00081160))
                .containsExactly("2", "3", "1");
        assertThat(seg.item(0x00081115).items(0x0008114a)).as("the one image").hasSize(1);
        assertThat(seg.text(0x00100010)).isEqualTo("Müller^Ève");
    }

    @Test
    void keepsAPictureWithoutSpacingThatCameFromDicom() throws IOException {
        LabelMask mask = Phantoms.mask(ScanGeometry.UNKNOWN, 13, 7, 1).withDicom(Phantoms.origin(1));
        DicomTree seg = written(mask);
        assertThat(seg.item(0x52009229).has(0x00289110)).as("pixel measures").isFalse();
        assertThat(seg.item(0x52009230).has(0x00209113)).as("plane position").isFalse();
        assertThat(seg.text(0x00200052)).isEqualTo("1.2.3.3");
    }

    @Test
    void givesOtherUidsToAnotherMask() throws IOException {
        LabelMask mask = Phantoms.mask(Phantoms.oblique(), 7, 5, 3);
        DicomTree one = written(mask);
        mask.pixels().getAt(0, 0, 0).set(7);
        DicomTree two = written(mask);
        for (int tag : new int[] { 0x00080018, 0x0020000e, 0x00020003 })
            assertThat(one.text(tag)).as("%08x", tag).startsWith("2.25.").hasSizeLessThan(65)
                    .isNotEqualTo(two.text(tag));
    }

    @Test
    void describesEachClass() throws IOException {
        ClassLabels labels = new ClassLabels(
                List.of(new ClassLabel(0, "background", 0), new ClassLabel(3, "Left kidney", 0xff0000),
                        new ClassLabel(4, "liver tumour", 0xffffff), new ClassLabel(9, "Lésion", 0x00ff00)));
        DicomTree seg = written(new LabelMask(ArrayImgs.unsignedBytes(7, 5, 3), Phantoms.oblique(), labels));
        List<DicomTree> segments = seg.items(0x00620002);
        assertThat(segments).extracting(s -> s.text(0x00620005)).containsExactly("Left kidney", "liver tumour",
                "Lésion");
        assertThat(segments).extracting(s -> s.shorts(0x00620004)[0]).containsExactly(1, 2, 3);
        assertThat(segments).extracting(s -> s.item(0x0062000f).text(0x00080100)).containsExactly("64033007",
                "85756007", "85756007");
        assertThat(segments.get(0).item(0x0062000f).item(0x00620011).text(0x00080104)).isEqualTo("Left");
        assertThat(segments.get(0).item(0x00620003).text(0x00080100)).isEqualTo("91723000");
        // Red in sRGB is L* 53.24, a* 80.09, b* 67.20 under D65; white is 100, 0, 0.
        int[] red = segments.get(0).shorts(0x0062000d);
        assertThat(red[0] / 655.35).isCloseTo(53.24, within(0.02));
        assertThat(red[1] / 257.0 - 128).isCloseTo(80.09, within(0.05));
        assertThat(red[2] / 257.0 - 128).isCloseTo(67.20, within(0.05));
        int[] white = segments.get(1).shorts(0x0062000d);
        assertThat(white[0]).isCloseTo(65535, within(10));
        assertThat(white[1] / 257.0 - 128).isCloseTo(0, within(0.05));
    }

    @Test
    void isReadWithTheValuesNamesAndColoursItHad() {
        ClassLabels labels = new ClassLabels(List.of(new ClassLabel(0, "background", 0),
                new ClassLabel(3, "Lésion", 0xff6f61), new ClassLabel(9, "脳\\rind", 0x0072b2)));
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(13, 7, 5), Phantoms.oblique(), labels);
        mask.pixels().getAt(3, 2, 1).set(9);
        mask.pixels().getAt(4, 2, 3).set(3);
        Path file = folder.resolve("seg.dcm");
        writer().write(mask, file, false);
        assertSame(mask, ScanFiles.readMask(file, labels));
        ClassLabels own = ScanFiles.labelsOf(file).orElseThrow();
        assertThat(own.foreground()).extracting(ClassLabel::name).containsExactly("Lésion", "脳/rind");
        assertThat(own.foreground().get(0).rgb()).isEqualTo(0xff6f61);
        assertThat(own.foreground().get(1).rgb()).isEqualTo(0x0072b2);
        LabelMask numbered = ScanFiles.readMask(file, ClassLabels.of("background", "one", "two"));
        assertThat(numbered.pixels().getAt(3, 2, 1).get()).as("number of the segment").isEqualTo(2);
    }

    @Test
    void putsDatesOfOldStandardsIntoTheForm() throws IOException {
        DicomOrigin o = Phantoms.origin(3);
        DicomOrigin old = new DicomOrigin(o.patient(), new DicomOrigin.Study("1.2", "1997.04.24", "14:04:38", "", ""),
                o.seriesUid(), "", o.images());
        DicomTree seg = written(full(7, 5, 3).withDicom(old));
        assertThat(seg.text(0x00080020)).isEqualTo("19970424");
        assertThat(seg.text(0x00080030)).isEqualTo("140438");
        DicomOrigin odd = new DicomOrigin(o.patient(), new DicomOrigin.Study("1.2", "yesterday", "", "", ""),
                o.seriesUid(), "", o.images());
        seg = written(full(7, 5, 3).withDicom(odd));
        assertThat(seg.text(0x00080020)).isEmpty();
        assertThat(seg.text(0x00080023)).as("a content date must be there").hasSize(8);
    }

    @Test
    void refusesWhatDicomHasNoWordsFor() {
        Path file = folder.resolve("m.dcm");
        double c = Math.sqrt(0.5);
        ScanGeometry skew = new ScanGeometry(new Vector3(1, 1, 1), Vector3.ZERO,
                new Direction(new Vector3(1, 0, 0), new Vector3(c, c, 0), new Vector3(0, 0, 1)));
        assertThatThrownBy(() -> writer().write(Phantoms.mask(skew, 7, 5, 3), file, false))
                .isInstanceOf(SeptumException.class).hasMessageContaining("right angles");
        LabelMask unknown = empty(7, 5, 3);
        unknown.pixels().getAt(1, 1, 1).set(9);
        assertThatThrownBy(() -> writer().write(unknown, file, false)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("slice 1").hasMessageContaining("value 9");
        assertThat(file).doesNotExist();
    }
}
