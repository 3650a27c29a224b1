/** The command line: verbs that build a request, call the pipeline and print what came out. Nothing else. */
package org.septum.cli;
