package dev.closeout.sse;

import dev.closeout.connection.Hello;
import dev.closeout.connection.Refusal;
import dev.closeout.connection.SocketSettings;
import dev.closeout.http.Bearer;
import dev.closeout.http.ClientPath;
import dev.closeout.http.PercentEncoding;
import dev.closeout.message.ConnectionId;
import dev.closeout.message.Payload;
import dev.closeout.message.cluster.PostMessage;
import dev.closeout.vertx.Channels;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;

/** One message that a client posts, from the request to the answer. Runs on its verticle's event loop. */
final class PostedBody {
    private static final String BYTES = "application/octet-stream";
    /** A fresh token in the place of a message (RFC 7519, 10.3.1). */
    private static final String TOKEN = "application/jwt";

    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final int limit;
    private final SocketSettings settings;
    private Buffer body = Buffer.buffer();
    private boolean answered;

    /** @param limit longest message in bytes */
    PostedBody(RoutingContext routing, int limit, SocketSettings settings) {
        this.request = routing.request();
        this.response = request.response();
        this.limit = limit;
        this.settings = settings;
    }

    void read(Posts posts) {
        String client;
        String connection;
        try {
            var path = request.path();
            var slash = path.lastIndexOf('/');
            client = ClientPath.read(path.substring(0, slash));
            connection = ConnectionId.read(PercentEncoding.decodeText(path.substring(slash + 1)))
                    .toString();
        } catch (IllegalArgumentException | ReplyException e) {
            refuse(Refusal.BAD_CLIENT_ID, String.valueOf(e.getMessage()));
            return;
        }
        var objection = settings.doors().objection(Channels.of(request.connection()), client);
        if (objection != null) {
            refuse(objection.refusal(), objection.text());
            return;
        }
        request.handler(this::add);
        request.endHandler(end -> send(client, connection, posts));
        // Nothing of it is read before it is known whose it is.
        request.pause();
        settings.tokens()
                .check(Bearer.orParameter(request))
                .map(pass -> Hello.checkClient(pass, client))
                .onFailure(failure -> refuse(Refusal.of(failure), String.valueOf(failure.getMessage())))
                .onComplete(checked -> request.resume());
    }

    private void add(Buffer chunk) {
        if (answered) {
            return;
        }
        if (body.length() + chunk.length() > limit) {
            body = Buffer.buffer();
            refuse(Refusal.LINE_TOO_LONG, "a message may have %d bytes".formatted(limit));
        } else {
            body.appendBuffer(chunk);
        }
    }

    private void send(String client, String connection, Posts posts) {
        if (answered) {
            return;
        }
        var bytes = body.getBytes();
        var type = request.getHeader(HttpHeaders.CONTENT_TYPE);
        if (type != null && type.startsWith(TOKEN) && settings.tokens().runOut()) {
            settings.tokens()
                    .check(body.toString())
                    .map(pass -> Hello.checkClient(pass, client))
                    .onSuccess(pass ->
                            posts.renew(connection, client, pass.until()).onSuccess(this::answer))
                    .onFailure(failure -> refuse(Refusal.of(failure), String.valueOf(failure.getMessage())));
            return;
        }
        var message = type != null && type.startsWith(BYTES) ? Payload.binary(bytes) : Payload.of(bytes);
        posts.send(new PostMessage(connection, client, message, bytes.length)).onSuccess(this::answer);
    }

    private void answer(int status) {
        switch (status) {
            case 202 -> end(202, Buffer.buffer());
            case 403 -> end(Answers.refuse(response, 403, "not-allowed", "the connection is another client's"));
            case 404 -> end(Answers.refuse(response, 404, "not-found", "there is no such stream on this node"));
            case 429 -> end(Answers.refuse(response, 429, "try-again-later", "as much waits for a handler as may"));
            default -> end(Answers.refuse(response, 503, "try-again-later", "the stream's event loop does not answer"));
        }
    }

    private void refuse(Refusal refusal, String detail) {
        end(Answers.refuse(response, refusal, detail));
    }

    private void end(int status, Buffer body) {
        response.setStatusCode(status);
        end(body);
    }

    @SuppressWarnings("FutureReturnValueIgnored") // Whoever does not wait for the answer does not get it.
    private void end(Buffer body) {
        answered = true;
        if (!response.closed() && !response.ended()) {
            response.end(body);
        }
    }
}
