package org.septum.io;

class NiftiMaskWriterTest extends MaskWriterContractTest {

    @Override
    MaskWriter writer() {
        return new NiftiMaskWriter();
    }
}
