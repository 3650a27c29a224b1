/**
 * A model on disk: a folder or zip in the bioimage.io model format (0.5) with weights as ONNX and safetensors, the plan
 * it was trained by, and test tensors. Written whole or not at all; checked before anything in it is used.
 */
package org.septum.bundle;
