/** From a plan and cases to weights. */
package org.septum.train;
