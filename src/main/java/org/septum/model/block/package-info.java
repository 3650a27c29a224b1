/**
 * The parts that networks are made of: primitive layers, the graph they form, and attention composed from them. A layer
 * declares its weights, its output shape and its cost without running; everything that walks a network (DJL, ONNX,
 * counting, pruning) walks the same graph.
 */
package org.septum.model.block;
