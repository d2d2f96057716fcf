/** What has happened: facts, published to whoever listens. */
@NullMarked
package dev.closeout.message.event;

import org.jspecify.annotations.NullMarked;
