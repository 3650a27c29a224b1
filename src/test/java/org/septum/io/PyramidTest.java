package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.septum.core.Direction;
import org.septum.core.Scan;
import org.septum.core.ScanGeometry;
import org.septum.core.SeptumException;
import org.septum.core.Vector3;

import loci.common.services.ServiceFactory;
import loci.formats.meta.IPyramidStore;
import loci.formats.ome.OMEXMLMetadata;
import loci.formats.out.OMETiffWriter;
import loci.formats.out.PyramidOMETiffWriter;
import loci.formats.services.OMEXMLService;
import ome.units.UNITS;
import ome.units.quantity.Length;
import ome.xml.model.enums.DimensionOrder;
import ome.xml.model.enums.PixelType;
import ome.xml.model.primitives.PositiveInteger;

/** Tiled OME-TIFF: a pyramid of 96×64 and 24×16 pixels of 0.5 × 0.25 µm, and a file of two images. */
class PyramidTest {

    @TempDir
    Path folder;

    private Path pyramid;
    private Path pair;

    private static OMEXMLMetadata metadata(int images) throws Exception {
        OMEXMLMetadata meta = new ServiceFactory().getInstance(OMEXMLService.class).createOMEXMLMetadata();
        meta.createRoot();
        for (int image = 0; image < images; image++) {
            meta.setImageID("Image:" + image, image);
            meta.setImageName(image == 0 ? "slide" : "label", image);
            meta.setPixelsID("Pixels:" + image, image);
            meta.setPixelsDimensionOrder(DimensionOrder.XYZCT, image);
            meta.setPixelsType(PixelType.UINT8, image);
            meta.setPixelsBigEndian(false, image);
            meta.setPixelsSizeX(new PositiveInteger(image == 0 ? 96 : 32), image);
            meta.setPixelsSizeY(new PositiveInteger(image == 0 ? 64 : 16), image);
            meta.setPixelsSizeZ(new PositiveInteger(1), image);
            meta.setPixelsSizeC(new PositiveInteger(1), image);
            meta.setPixelsSizeT(new PositiveInteger(1), image);
            meta.setPixelsPhysicalSizeX(new Length(0.5, UNITS.MICROMETER), image);
            meta.setPixelsPhysicalSizeY(new Length(0.25, UNITS.MICROMETER), image);
            meta.setChannelID("Channel:" + image + ":0", image, 0);
            meta.setChannelSamplesPerPixel(new PositiveInteger(1), image, 0);
        }
        return meta;
    }

    @BeforeEach
    void writeFiles() throws Exception {
        LibraryLogging.quiet();
        OMEXMLMetadata levels = metadata(1);
        ((IPyramidStore) levels).setResolutionSizeX(new PositiveInteger(24), 0, 1);
        ((IPyramidStore) levels).setResolutionSizeY(new PositiveInteger(16), 0, 1);
        pyramid = folder.resolve("pyramid.ome.tif");
        try (PyramidOMETiffWriter writer = new PyramidOMETiffWriter()) {
            open(writer, levels, pyramid);
            tiles(writer, 96, 64, 0);
            writer.setResolution(1);
            tiles(writer, 24, 16, 100);
        }
        pair = folder.resolve("pair.ome.tif");
        try (OMETiffWriter writer = new OMETiffWriter()) {
            open(writer, metadata(2), pair);
            tiles(writer, 96, 64, 0);
            writer.setSeries(1);
            tiles(writer, 32, 16, 200);
        }
    }

    private static void open(OMETiffWriter writer, OMEXMLMetadata meta, Path file) throws Exception {
        writer.setMetadataRetrieve(meta);
        writer.setTileSizeX(16);
        writer.setTileSizeY(16);
        writer.setCompression("zlib");
        writer.setId(file.toString());
        writer.setSeries(0);
    }

    private static void tiles(OMETiffWriter writer, int width, int height, int value) throws Exception {
        for (int y = 0; y < height; y += 16) {
            for (int x = 0; x < width; x += 16) {
                int w = Math.min(16, width - x);
                byte[] tile = new byte[w * 16];
                Arrays.fill(tile, (byte) (value + x / 16 + 10 * (y / 16)));
                writer.saveBytes(0, tile, x, y, w, 16);
            }
        }
    }

    @Test
    void listsImagesAndResolutions() {
        assertThat(ScanFiles.contents(pyramid)).extracting(ScanContent::levels).containsExactly(2);
        List<ScanContent> contents = ScanFiles.contents(pair);
        assertThat(contents).extracting(ScanContent::description).containsExactly("slide", "label");
        assertThat(contents.get(0).size()).containsExactly(96L, 64L, 1L);
        assertThatThrownBy(() -> ScanFiles.read(pair)).isInstanceOf(SeptumException.class)
                .hasMessageContaining("2 images").hasMessageContaining("--series");
    }

    @Test
    void readsTheResolutionThatIsChosen() {
        Scan full = ScanFiles.read(pyramid);
        assertThat(full.shape()).isEqualTo("96×64×1");
        assertThat(full.pixels().getAt(80, 50, 0, 0).get()).isEqualTo(35);
        assertThat(full.geometry().spacing().x()).isEqualTo(0.0005);
        Scan small = ScanFiles.read(pyramid, ReadOptions.DEFAULT.withLevel(1));
        assertThat(small.shape()).isEqualTo("24×16×1");
        assertThat(small.pixels().getAt(20, 3, 0, 0).get()).isEqualTo(101);
        // A voxel covers 4 × 4 of the full resolution, and its centre is theirs.
        Vector3 spacing = small.geometry().spacing();
        assertThat(spacing.x()).isEqualTo(0.002);
        assertThat(spacing.y()).isEqualTo(0.001);
        assertThat(spacing.z()).isNaN();
        ScanGeometry expected = new ScanGeometry(spacing, new Vector3(0.00075, 0.000375, 0), Direction.IDENTITY);
        assertThat(small.geometry().isCloseTo(expected, 1e-12)).as("%s", small.geometry()).isTrue();
    }

    @Test
    void readsTheImageThatIsChosen() {
        Scan second = ScanFiles.read(pair, ReadOptions.DEFAULT.withSeries("2"));
        assertThat(second.pixels().getAt(20, 3, 0, 0).get()).isEqualTo(201);
        assertThat(second.name()).isEqualTo("pair_image2");
        for (ReadOptions wrong : new ReadOptions[] { new ReadOptions("3", 0, 0, false),
                new ReadOptions("2", 0, 1, false), new ReadOptions("label", 0, 0, false),
                new ReadOptions("1", 2, 0, false) })
            assertThatThrownBy(() -> ScanFiles.read(pair, wrong)).isInstanceOf(SeptumException.class).extracting("kind")
                    .isEqualTo(SeptumException.Kind.USAGE);
    }
}
