/**
 * What goes over the event bus: records, each with its address and its wire form, and the values they are made of. No
 * behaviour lives here. Fields are added, never renamed; unknown ones are ignored.
 */
@NullMarked
package dev.closeout.message;

import org.jspecify.annotations.NullMarked;
