package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.awt.Color;
import java.awt.Rectangle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

import net.imglib2.FinalInterval;
import net.imglib2.img.Img;
import net.imglib2.img.array.ArrayImgs;
import net.imglib2.type.numeric.integer.UnsignedByteType;
import net.imglib2.util.ConstantUtils;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.septum.core.ClassLabel;
import org.septum.core.ClassLabels;
import org.septum.core.LabelMask;
import org.septum.core.SeptumException;

import ij.gui.Roi;
import ij.gui.ShapeRoi;
import ij.io.RoiDecoder;
import ij.process.ByteProcessor;

/** Reads the selections with ImageJ itself. */
class RoiZipMaskWriterTest extends MaskWriterContractTest {

    @Override
    MaskWriter writer() {
        return new RoiZipMaskWriter();
    }

    @Override
    LabelMask read(Path file, LabelMask written) {
        Img<UnsignedByteType> pixels = ArrayImgs.unsignedBytes(written.pixels().dimensionsAsLongArray());
        for (Roi roi : rois(file)) {
            String name = roi.getName().replaceFirst("-\\d+$", "");
            int value = written.labels().classes().stream().filter(c -> c.name().equals(name))
                    .mapToInt(ClassLabel::value).findFirst().orElseThrow();
            ByteProcessor slice = new ByteProcessor((int) written.size(0), (int) written.size(1));
            slice.setValue(value);
            slice.fill(roi);
            for (int i = 0; i < slice.getPixelCount(); i++) {
                if (slice.get(i) != 0)
                    pixels.getAt(i % slice.getWidth(), i / slice.getWidth(), roi.getPosition() - 1).set(slice.get(i));
            }
        }
        return new LabelMask(pixels, written.geometry(), written.labels());
    }

    private static List<Roi> rois(Path file) {
        List<Roi> rois = new ArrayList<>();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            for (ZipEntry e = zip.getNextEntry(); e != null; e = zip.getNextEntry()) {
                Roi roi = new RoiDecoder(zip.readAllBytes(), "unnamed").getRoi();
                assertThat(e.getName()).isEqualTo(roi.getName() + ".roi");
                rois.add(roi);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rois;
    }

    private static LabelMask empty(long... size) {
        return new LabelMask(ArrayImgs.unsignedBytes(size), Phantoms.oblique(), Phantoms.LABELS);
    }

    @Test
    void outlinesARectangleByItsFourCorners() {
        LabelMask mask = empty(9, 8, 3);
        for (int y = 2; y < 5; y++)
            for (int x = 3; x < 8; x++)
                mask.pixels().getAt(x, y, 1).set(7);
        Path file = folder.resolve("r.zip");
        writer().write(mask, file, false);
        List<Roi> rois = rois(file);
        assertThat(rois).hasSize(1);
        Roi roi = rois.get(0);
        assertThat(roi.getName()).isEqualTo("posterior-0002");
        assertThat(roi.getPosition()).isEqualTo(2);
        assertThat(roi.getStrokeColor()).isEqualTo(new Color(0, 255, 0));
        assertThat(roi.getType()).isEqualTo(Roi.TRACED_ROI);
        assertThat(roi.getFloatPolygon().npoints).isEqualTo(4);
        assertThat(roi.getBounds()).isEqualTo(new Rectangle(3, 2, 5, 3));
    }

    @Test
    void keepsHolesIslandsInHolesAndPixelsThatTouchAtCorners() {
        LabelMask mask = empty(11, 9, 1);
        String[] rows = { "###########", "#.........#", "#.##.#..#.#", "#.##..##..#", "#....#..#.#", "#.#.#.#...#",
                "#..#.#....#", "#.........#", "##########." };
        for (int y = 0; y < rows.length; y++)
            for (int x = 0; x < 11; x++)
                mask.pixels().getAt(x, y, 0).set(rows[y].charAt(x) == '#' ? 1 : 0);
        Path file = folder.resolve("r.zip");
        writer().write(mask, file, false);
        assertSame(mask, read(file, mask));
        assertThat(rois(file)).hasSize(1);
    }

    @Test
    void outlinesPixelsThatTouchAtACornerEachForItself() {
        LabelMask mask = empty(9, 8, 1);
        mask.pixels().getAt(3, 4, 0).set(1);
        mask.pixels().getAt(4, 3, 0).set(1);
        mask.pixels().getAt(6, 1, 0).set(1);
        mask.pixels().getAt(7, 2, 0).set(1);
        Path file = folder.resolve("r.zip");
        writer().write(mask, file, false);
        assertThat(((ShapeRoi) rois(file).get(0)).getRois()).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(longs = { 1, 2, 3, 4, 5 })
    void fillsRandomPixelsExactly(long seed) {
        Random random = new Random(seed);
        int[] values = { 0, 1, 7, 255 };
        LabelMask mask = empty(23, 17, 4);
        mask.pixels().forEach(v -> v.set(values[random.nextInt(4)]));
        Path file = folder.resolve("r.zip");
        writer().write(mask, file, false);
        assertSame(mask, read(file, mask));
    }

    @Test
    void makesNamesOfFilesAndKeepsThemApart() {
        ClassLabels labels = new ClassLabels(List.of(new ClassLabel(0, "background", 0),
                new ClassLabel(1, "a/b", 0xff0000), new ClassLabel(2, "a:b", 0xff00), new ClassLabel(3, "脳", 0xff)));
        LabelMask mask = new LabelMask(ArrayImgs.unsignedBytes(3, 1, 1), Phantoms.oblique(), labels);
        for (int x = 0; x < 3; x++)
            mask.pixels().getAt(x, 0, 0).set(x + 1);
        Path file = folder.resolve("r.zip");
        writer().write(mask, file, false);
        assertThat(rois(file)).extracting(Roi::getName).containsExactly("a_b-0001", "a_b (2)-0001", "脳-0001");
    }

    @Test
    void refusesAnImageThatImageJCannotHold() {
        LabelMask wide = new LabelMask(
                ConstantUtils.constantRandomAccessibleInterval(new UnsignedByteType(), new FinalInterval(40000, 2, 1)),
                Phantoms.oblique(), Phantoms.LABELS);
        assertThatThrownBy(() -> writer().write(wide, folder.resolve("r.zip"), false))
                .isInstanceOf(SeptumException.class).hasMessageContaining("40000×2×1").hasMessageContaining("32767");
    }
}
