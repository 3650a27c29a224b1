/**
 * Smaller and faster models that do the same job: quantisation to 8-bit integers, and the receipt that says what it
 * costs.
 */
package org.septum.compress;
