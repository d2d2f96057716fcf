package dev.closeout.fault;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.util.regex.Pattern;

/**
 * A stream of server-sent events, one of many of a connection of HTTP/2, and beside it what its client posts. A post that was
 * taken is an answer of the node's: it has the stream.
 */
final class EventLine implements Line {
    private static final int TAKEN = 202;
    private static final int INTERNAL_ERROR = 2;
    private static final int CANCEL = 8;
    private static final int UNREAD = 20;
    private static final String END_OF_EVENT = "\n\n";
    /** What is no event is a comment. */
    private static final Pattern EVENT = Pattern.compile("event: (\\w+)\ndata: (.*)");

    private final HttpClient http;
    private final RequestOptions to;
    private final Session session;
    private final HttpClientRequest request;
    private String unread = "";

    private EventLine(HttpClient http, RequestOptions to, Session session, HttpClientRequest request) {
        this.http = http;
        this.to = to;
        this.session = session;
        this.request = request;
    }

    /**
     * Asks for a stream.
     *
     * @param to the node
     */
    static void open(HttpClient http, RequestOptions to, Session session, String token) {
        to.putHeader("Authorization", "Bearer " + token);
        http.request(new RequestOptions(to).setURI("/stream/" + session.client()))
                .onFailure(session::failed)
                .onSuccess(request -> new EventLine(http, to, session, request).begin());
    }

    private void begin() {
        session.connected(
                this, "a stream of port " + request.connection().localAddress().port());
        request.exceptionHandler(this::broken);
        request.send().onSuccess(this::read).onFailure(this::broken);
    }

    private void read(HttpClientResponse response) {
        response.exceptionHandler(this::broken);
        if (response.statusCode() == 200) {
            response.handler(this::received);
            response.endHandler(end -> session.ended("closed"));
        } else {
            response.body()
                    .onSuccess(body -> {
                        session.told(words(new JsonObject(body), "detail"));
                        session.ended("refused with " + response.statusCode());
                    })
                    .onFailure(this::broken);
        }
    }

    private void received(Buffer bytes) {
        unread += bytes.toString();
        for (var end = unread.indexOf(END_OF_EVENT); end >= 0; end = unread.indexOf(END_OF_EVENT)) {
            received(unread.substring(0, end));
            unread = unread.substring(end + END_OF_EVENT.length());
        }
    }

    private void received(String text) {
        var event = EVENT.matcher(text);
        if (!event.matches()) {
            return;
        }
        var data = event.group(2);
        switch (event.group(1)) {
            case "welcome" -> session.welcomed(new JsonObject(data).getString("connection"));
            case "message" -> session.heard(data);
            case "close" -> session.told(words(new JsonObject(data), "text"));
            default -> throw new IllegalStateException("an event of kind " + event.group(1));
        }
    }

    private static String words(JsonObject said, String text) {
        return said.getString("code") + " " + said.getString(text);
    }

    private void broken(Throwable failure) {
        session.ended("broken off: " + failure);
    }

    @Override
    public void ask(String text) {
        post(EchoWitness.QUIET)
                .onSuccess(status -> {
                    if (status == TAKEN) {
                        session.ponged(text);
                    }
                })
                .onFailure(lost -> session.note("cannot ask: " + lost));
    }

    @Override
    public void say(String text) {
        post(text).onFailure(lost -> session.note("cannot say it: " + lost));
    }

    private Future<Integer> post(String text) {
        return http.request(new RequestOptions(to)
                        .setMethod(HttpMethod.POST)
                        .setURI("/stream/%s/%s".formatted(session.client(), session.id())))
                .compose(post -> post.exceptionHandler(lost -> {}).send(text))
                .map(HttpClientResponse::statusCode);
    }

    /** There is no half of a stream that a client could close: it cancels it, or resets it for another reason. */
    @Override
    public void end(Session.Way way) {
        switch (way) {
            case FIN, HALF_CLOSE -> reset(CANCEL);
            case RST, FIN_THEN_RST -> breakOff();
            case BY_NODE -> say(EchoWitness.KICK);
            case ASK_THEN_FIN_THEN_RST -> {
                for (var question = 0; question < UNREAD; question++) {
                    ask("unread");
                }
                breakOff();
            }
        }
    }

    @Override
    public void breakOff() {
        reset(INTERNAL_ERROR);
    }

    private void reset(int code) {
        request.reset(code).onComplete(done -> session.ended("closed"));
    }
}
