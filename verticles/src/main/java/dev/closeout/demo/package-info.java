/** {@code closeout demo}: shows, on a bare machine, that nothing stays behind. */
@NullMarked
package dev.closeout.demo;

import org.jspecify.annotations.NullMarked;
