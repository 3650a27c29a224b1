package org.septum.io;

class OmeTiffMaskWriterTest extends MaskWriterContractTest {

    @Override
    MaskWriter writer() {
        return new OmeTiffMaskWriter();
    }

    @Override
    boolean writesAside() {
        return false;
    }
}
