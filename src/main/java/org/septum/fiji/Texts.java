package org.septum.fiji;

/** Descriptions of parameters that several commands have. */
final class Texts {

    static final String MODEL = "A model that Install Model put in place, or the file or folder below. Macros may write its name or its path here.";

    static final String MODEL_FILE = "The model, if none is chosen by name: its folder, its zip, or the rdf.yaml in its folder.";

    static final String RUN_DEVICE = "Where the network runs; auto takes a GPU if there is one.";

    static final String TRAIN_DEVICE = "auto takes all GPUs that there are.";

    static final String PRECISION = "int8 is for a model that Compress Model made, faster on a CPU.";

    static final String ENGINE = "What runs the network: ONNX Runtime or PyTorch.";

    static final String OVERLAP = "Share of a tile that the next one covers again, 0 to below 1.";

    static final String POST_PROCESSING = "Of classes that the model's plan names keep the largest connected part only.";

    static final String CROP = "Tiles that show air only, by a rule that the model's plan learnt from its training scans, are background without a run.";

    static final String QUALITY = "Judge the mask without a reference: the Dice that the model, if it was calibrated, has learnt to predict, and what is unlike its training cases.";

    static final String OUTPUT_MODEL = "The model to write: a folder, or a zip if it ends in .zip.";

    static final String SEED = "Of every random choice; -1 for that of the plan.";

    static final String REPLACE_FILES = "Replace files in the output folder.";

    private Texts() {
    }
}
