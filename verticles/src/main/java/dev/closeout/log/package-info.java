/** What logback needs besides its configuration. Nothing here is known to anything else. */
@NullMarked
package dev.closeout.log;

import org.jspecify.annotations.NullMarked;
