/**
 * Which node's workers a request goes to: whoever owns connections or a lease asks for them here. Nothing here knows what
 * is asked.
 */
@NullMarked
package dev.closeout.route;

import org.jspecify.annotations.NullMarked;
