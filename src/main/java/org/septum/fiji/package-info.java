/** The Fiji plugin: commands that take an open image, call the pipeline and show what came out. Nothing else. */
package org.septum.fiji;
