package dev.closeout.api;

import dev.closeout.failure.Failure;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.ext.web.RoutingContext;
import io.vertx.openapi.validation.ValidatorException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers whatever went wrong with a call: always a problem, never a page or a stack trace. */
final class Problems {
    private static final Logger log = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    static void answer(RoutingContext call) {
        var response = call.response();
        if (!response.ended() && !response.closed()) {
            of(call.statusCode(), call.failure()).send(response);
        }
    }

    private static Problem of(int status, @Nullable Throwable failure) {
        if (failure instanceof ProblemException known) {
            return known.problem();
        }
        if (failure instanceof ValidatorException invalid) {
            return Problem.of(Failure.BAD_MESSAGE, String.valueOf(invalid.getMessage()));
        }
        if (failure instanceof ReplyException reply) {
            return of(reply);
        }
        if (status == 413) {
            return Problem.ofHttp(413, "the body has more than %d bytes".formatted(ApiRoutes.BODY_LIMIT));
        }
        if (status >= 400 && status < 500) {
            return Problem.ofHttp(status, "the request cannot be read");
        }
        log.error("A call of the HTTP API failed", failure);
        return Problem.ofHttp(500, "this is a fault of the node; its log says more");
    }

    private static Problem of(ReplyException reply) {
        var failure = Failure.of(reply);
        if (failure != null) {
            return Problem.of(failure, String.valueOf(reply.getMessage()));
        }
        return switch (reply.failureType()) {
            case TIMEOUT -> Problem.ofHttp(504, "no worker has answered in time; what was asked for may yet be done");
            case NO_HANDLERS -> Problem.ofHttp(503, "no node with workers is there");
            default -> {
                log.error("A worker answered with a failure that is none of ours", reply);
                yield Problem.ofHttp(500, "this is a fault of the worker's node; its log says more");
            }
        };
    }
}
