/** The contracting half of a network: from the input to features at every resolution. */
package org.septum.model.encoder;
