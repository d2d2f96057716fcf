/**
 * The HTTP API under {@code /api/v1}: nodes, clients, connections, counts and dead letters, for people and programs. It
 * is described by {@code closeout/openapi.yaml}, against which every request is validated, and does nothing itself but
 * send requests on the event bus, so any node answers for the whole cluster. Begin with {@link
 * dev.closeout.api.ApiRoutes}.
 */
@NullMarked
package dev.closeout.api;

import org.jspecify.annotations.NullMarked;
