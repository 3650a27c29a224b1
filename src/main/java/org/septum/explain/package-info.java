/**
 * Why a mask is as it is, and how sure: maps of what a network looked at, uncertainty, calibration. None of it proves
 * that a mask is right.
 */
package org.septum.explain;
