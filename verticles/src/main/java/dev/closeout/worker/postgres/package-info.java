/**
 * The way to PostgreSQL: its address and TLS, pools with a deadline around every call, the circuit breaker, what an
 * SQLSTATE means, and the schema's migrations. It knows nothing of what is asked of the database.
 */
@NullMarked
package dev.closeout.worker.postgres;

import org.jspecify.annotations.NullMarked;
