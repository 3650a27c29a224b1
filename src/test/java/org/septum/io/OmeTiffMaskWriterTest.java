package org.septum.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.septum.core.LabelMask;

import loci.common.services.ServiceFactory;
import loci.formats.FormatException;
import loci.formats.ImageReader;
import loci.formats.ome.OMEXMLMetadata;
import loci.formats.services.OMEXMLService;
import ome.units.UNITS;

class OmeTiffMaskWriterTest extends MaskWriterContractTest {

    @Override
    MaskWriter writer() {
        return new OmeTiffMaskWriter();
    }

    @Override
    boolean writesAside() {
        return false;
    }

    @Test
    void tellsBioFormatsSizesUnitsNamesAndColours() throws Exception {
        LabelMask mask = Phantoms.mask(Phantoms.oblique(), 37, 52, 30);
        Path file = folder.resolve("m.ome.tif");
        writer().write(mask, file, false);
        try (ImageReader reader = new ImageReader()) {
            OMEXMLService service = new ServiceFactory().getInstance(OMEXMLService.class);
            OMEXMLMetadata meta = service.createOMEXMLMetadata();
            reader.setMetadataStore(meta);
            reader.setId(file.toString());
            assertThat(reader.getSizeX()).isEqualTo(37);
            assertThat(reader.getSizeY()).isEqualTo(52);
            assertThat(reader.getSizeZ()).isEqualTo(30);
            assertThat(reader.getSizeC() * reader.getSizeT()).isEqualTo(1);
            assertThat(meta.getPixelsPhysicalSizeX(0).unit()).isEqualTo(UNITS.MILLIMETER);
            assertThat(meta.getPixelsPhysicalSizeX(0).value().doubleValue()).isEqualTo(0.7);
            assertThat(meta.getPixelsPhysicalSizeY(0).value().doubleValue()).isEqualTo(0.9);
            assertThat(meta.getPixelsPhysicalSizeZ(0).value().doubleValue()).isEqualTo(2.5);
            assertThat(service.getOMEXML(meta)).contains(">anterior<", "septum.org/labels", ">#00ff00<",
                    "septum.org/label-colours");
            reader.openBytes(29);
            assertThat(palette(reader, 7)).as("colour of value 7").isEqualTo(0x00ff00);
            assertThat(palette(reader, 255)).as("colour of value 255").isEqualTo(0x0000ff);
        }
    }

    private static int palette(ImageReader reader, int value) throws IOException, FormatException {
        byte[][] table = reader.get8BitLookupTable();
        return (table[0][value] & 0xff) << 16 | (table[1][value] & 0xff) << 8 | table[2][value] & 0xff;
    }
}
