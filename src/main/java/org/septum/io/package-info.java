/**
 * Files in, masks out. The only package that sees Bio-Formats.
 */

package org.septum.io;
