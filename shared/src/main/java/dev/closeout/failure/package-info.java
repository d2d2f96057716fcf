/** What can go wrong between nodes, by code, and whether trying again helps. */
@NullMarked
package dev.closeout.failure;

import org.jspecify.annotations.NullMarked;
