package dev.closeout.webhook;

import dev.closeout.failure.Failure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import java.time.Duration;

/**
 * One request to the receiver and its answer, which must be there, whole, by the deadline. A status of 2xx is an answer;
 * any other is none, a redirect too: a post that went elsewhere would be one that nobody has set up.
 */
final class Post {
    /** Bytes of an answer that are read. A longer one is broken off; its status counts. */
    private static final int ANSWER_LIMIT = 64 * 1024;

    private final Vertx vertx;
    private final HttpClientRequest request;
    private final Promise<Void> answered = Promise.promise();
    private int read;

    Post(Vertx vertx, HttpClientRequest request) {
        this.vertx = vertx;
        this.request = request;
    }

    /** Fails with {@code HANDLER_FAILED} and why. */
    Future<Void> send(Buffer body, Duration left) {
        var timer = vertx.setTimer(Math.max(1, left.toMillis()), late -> {
            answered.tryFail(Failure.HANDLER_FAILED.because("no whole answer within webhook.timeout"));
            breakOff();
        });
        request.send(body).onSuccess(this::read).onFailure(answered::tryFail);
        return answered.future().onComplete(done -> vertx.cancelTimer(timer));
    }

    private void read(HttpClientResponse response) {
        response.exceptionHandler(answered::tryFail);
        response.endHandler(end -> judge(response.statusCode()));
        response.handler(bytes -> {
            read += bytes.length();
            if (read > ANSWER_LIMIT) {
                judge(response.statusCode());
                breakOff();
            }
        });
    }

    private void judge(int status) {
        if (status >= 200 && status < 300) {
            answered.tryComplete();
        } else {
            answered.tryFail(Failure.HANDLER_FAILED.because("answered with status %d".formatted(status)));
        }
    }

    /** Gives the connection up: what may still come on it belongs to nobody. */
    private void breakOff() {
        request.reset();
    }
}
