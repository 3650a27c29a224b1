/** From a scan to a mask: tiles through an engine, blended back, on the scan's own grid. */
package org.septum.infer;
