/** The node program: puts the parts together in order, and takes them apart in the reverse one. */
@NullMarked
package dev.closeout.node;

import org.jspecify.annotations.NullMarked;
