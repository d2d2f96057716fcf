/** The owed handler that ships with Closeout: posts what happened to a web server, signed. It knows messages only. */
@NullMarked
package dev.closeout.webhook;

import org.jspecify.annotations.NullMarked;
