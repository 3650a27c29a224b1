/** The skin for Apache Spark. Nothing else knows Spark; it is there when Spark runs it. */
package org.septum.cluster;
