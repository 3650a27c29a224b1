/**
 * How good a segmentation is: overlap, surface distances, volumes, and tables of them. Pure functions; masks have the
 * axes x, y, z, and distances are in the unit of the spacing.
 */
package org.septum.metrics;
