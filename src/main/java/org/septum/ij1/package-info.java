/**
 * Septum's commands in plain ImageJ 1, without Fiji: its menu, its dialogs, its macros. Packed as a jar of its own,
 * which Fiji does not get.
 */
package org.septum.ij1;
