/** Networks as data, then as DJL blocks. */
package org.septum.model;
