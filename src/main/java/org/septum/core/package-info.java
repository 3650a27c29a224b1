/**
 * The words of the domain: scans, geometry, masks, labels. Uses the JDK and ImgLib2 only.
 */

package org.septum.core;
