/**
 * The use cases: a request record in, a result record out. The skins (Fiji, command line, cluster) call these and
 * nothing below.
 */
package org.septum.pipeline;
