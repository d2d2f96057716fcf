package dev.closeout.http;

import static dev.closeout.fixture.Http2Frame.encoded;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.closeout.Closeout;
import dev.closeout.fixture.Eventually;
import dev.closeout.fixture.HandleCounts;
import dev.closeout.fixture.Http2Frame;
import dev.closeout.fixture.Http2Wire;
import dev.closeout.fixture.HttpWire;
import dev.closeout.fixture.LineClient;
import dev.closeout.fixture.LiveHeap;
import dev.closeout.fixture.NodeProcess;
import dev.closeout.fixture.Nodes;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * I9 when HTTP/2 is hostile: each flood has its answer, every handle that it opened has ended, and nobody else notices. One
 * node, in a process of its own with a small heap, has all of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SuppressWarnings("NullAway.Init") // node, stays, heap: set before all tests
class Http2FloodsTest {
    private static final int PROTOCOL_ERROR = 1;
    private static final int ENHANCE_YOUR_CALM = 11;
    private static final int MANY = 10_000;
    private static final int RESETS = 1_000;
    /** As many as there may be by default. */
    private static final int STREAMS = 100;
    /** Bytes: of all floods together. */
    private static final long GROWN = 8 << 20;
    /** Of its log: one flood costs a stack trace of Vert.x's own. */
    private static final int LINES = 120;

    private static final String STREAM = "/stream/flood";
    private static final String FIRST = Http2Wire.postOf(1, STREAM + "/1-1");
    /** A header of 4,000 bytes that is kept for later, and the same again as one byte. */
    private static final String KEEP = "@\u0001x" + length(4_000) + "x".repeat(4_000);

    private static final String AGAIN = "\u00be";

    /** What is sent, the error by which its connection ends, and how many streams it opens at most. */
    @SuppressWarnings("ImmutableEnumChecker") // Its functions keep nothing.
    private enum Flood {
        /** CVE-2023-44487. */
        RAPID_RESETS(ENHANCE_YOUR_CALM, RESETS + 1, each -> get(each) + Http2Wire.cancelOf(number(each))),
        EVENT_STREAMS(ENHANCE_YOUR_CALM, STREAMS, Flood::get),
        POSTS_THAT_DO_NOT_GO_ON(ENHANCE_YOUR_CALM, STREAMS, each -> Http2Wire.postOf(number(each), STREAM + "/1-1")),
        /** Each unpacks to a thousand times its length. */
        HEADER_BOMBS(
                ENHANCE_YOUR_CALM,
                RESETS + 2,
                each -> Http2Wire.getOf(number(each), STREAM, each == 0 ? KEEP + AGAIN : AGAIN.repeat(20))),
        /** CVE-2024-27316 and others of its kind. */
        CONTINUATIONS(
                ENHANCE_YOUR_CALM,
                0,
                each -> each == 0
                        ? encoded(Http2Frame.HEADERS, 0, 1, "\u0082")
                        : encoded(Http2Frame.CONTINUATION, 0, 1, "")),
        LONG_CONTINUATIONS(
                PROTOCOL_ERROR,
                0,
                each -> each == 0
                        ? encoded(Http2Frame.HEADERS, 0, 1, "\u0082")
                        : each < 10 ? encoded(Http2Frame.CONTINUATION, 0, 1, "x".repeat(16_000)) : ""),
        SETTINGS(ENHANCE_YOUR_CALM, 0, each -> encoded(Http2Frame.SETTINGS, 0, 0, "")),
        PINGS(ENHANCE_YOUR_CALM, 0, each -> encoded(Http2Frame.PING, 0, 0, "12345678")),
        PRIORITIES(ENHANCE_YOUR_CALM, 0, each -> encoded(Http2Frame.PRIORITY, 0, number(each), "\0\0\0\0\u0010")),
        UNKNOWN_FRAMES(ENHANCE_YOUR_CALM, 0, each -> encoded(99, 0, 0, "what is this")),
        EMPTY_DATA(ENHANCE_YOUR_CALM, 1, each -> each == 0 ? FIRST : encoded(Http2Frame.DATA, 0, 1, ""));

        private final int error;
        private final int streams;
        private final IntFunction<String> frames;

        Flood(int error, int streams, IntFunction<String> frames) {
            this.error = error;
            this.streams = streams;
            this.frames = frames;
        }

        private static String get(int each) {
            return Http2Wire.getOf(number(each), STREAM);
        }

        private static int number(int each) {
            return 1 + 2 * each;
        }

        private String all() {
            return IntStream.range(0, MANY).mapToObj(frames).collect(Collectors.joining());
        }
    }

    private final Nodes nodes = Nodes.byDefault();
    private NodeProcess node;
    private LineClient stays;
    private LiveHeap heap;
    /** Streams that opened before this test, and that may open in it. */
    private long before;

    private long atMost;

    @BeforeAll
    void start() {
        node = nodes.startSmallProcess(
                Closeout.class,
                "192m",
                "HTTP_H2C",
                "true",
                "HTTP_RESETS",
                String.valueOf(RESETS),
                "SOCKETS_VERTICLES",
                "1",
                "WORKERS_VERTICLES",
                "1");
        stays = LineClient.welcomed(node.tcpPort(), "stays");
        nobodyElseNotices();
        heap = LiveHeap.of(node);
    }

    @AfterAll
    void nothingHasGrown() {
        try (nodes) {
            stays.close();
            var now = LiveHeap.of(node);
            assertTrue(now.bytes() - heap.bytes() < GROWN, () -> now.growthSince(heap, 1));
            // Whoever floods does not fill the log either.
            assertTrue(node.output().lines().count() < LINES, node.output());
        }
    }

    /** Somebody new is served, over HTTP/2; only the TCP client is left then, and no stream was opened beyond what may. */
    @AfterEach
    void nobodyElseNotices() {
        try (var wire = new Http2Wire(node.httpPort())) {
            wire.get(1, "/stream/new").readUntil("welcome");
        }
        assertEquals("PONG", stays.send("PING\n").read());
        var opened = HandleCounts.await(node.httpPort(), Map.of("tcp", 1L))
                .of("stream")
                .opened();
        assertTrue(opened - before <= atMost + 1, "%d streams were opened".formatted(opened - before));
        before = opened;
        Eventually.equal("clients", 1, () -> nodes.rows("closeout.client"));
    }

    /** All of them at once, over a new connection, which ends. A peer that still sends may miss what it is told. */
    @ParameterizedTest
    @EnumSource
    void aFloodEndsItsConnectionAndNothingElse(Flood flood) {
        atMost = flood.streams;
        try (var wire = new Http2Wire(node.httpPort())) {
            var told = wire.flood(flood.all()).readFrames().stream()
                    .filter(frame -> frame.type() == Http2Frame.GO_AWAY)
                    .map(Http2Frame::error)
                    .toList();

            assertTrue(told.isEmpty() || told.equals(List.of(flood.error)), told.toString());
        }
    }

    /** RFC 6585, 5. The connection goes on. */
    @Test
    void headersThatAreTooLongAreAnswered431() {
        atMost = 2;
        try (var wire = new Http2Wire(node.httpPort())) {
            var frames = wire.flood(Http2Wire.getOf(1, "/health/live", KEEP + AGAIN.repeat(4_000))
                            + Http2Wire.getOf(3, "/health/live")
                            + encoded(Http2Frame.DATA, 0, 0, "x"))
                    .readFrames();

            assertTrue(headers(frames, 1).contains("431"), frames.toString());
            assertTrue(headers(frames, 3).contains("\u0088"), frames.toString());
        }
    }

    /** Ten thousand streams over ten connections, each reset right after it was opened: as many as are allowed. */
    @Test
    void streamsThatAreResetAreForgotten() {
        atMost = 10 * (RESETS + 1);
        var wires = IntStream.range(0, 10)
                .mapToObj(each -> new Http2Wire(node.httpPort()))
                .toList();
        for (var each = 0; each < RESETS; each++) {
            for (var wire : wires) {
                wire.flood(Flood.RAPID_RESETS.frames.apply(each));
            }
        }
        for (var wire : wires) {
            // Each still serves.
            wire.get(1 + 2 * RESETS, STREAM).readUntil("welcome");
            wire.close();
        }
        var counted = HandleCounts.await(node.httpPort(), Map.of("tcp", 1L)).of("stream");
        assertEquals(atMost, counted.ended() - before);
    }

    /** An upgrade would carry a call past a proxy's rules; here everybody on the machine may call. */
    @Test
    void noCallComesWithAnUpgrade() {
        atMost = 0;
        try (var http = new HttpWire(node.httpPort())) {
            var answer = http.send(HttpWire.head(
                            "DELETE /api/v1/clients/stays HTTP/1.1",
                            "Host: 127.0.0.1",
                            "Connection: Upgrade, HTTP2-Settings",
                            "Upgrade: h2c",
                            "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"))
                    .readAll();
            assertFalse(answer.contains(" 200 ") || answer.contains("\u0088"), answer);
        }
    }

    private static String headers(List<Http2Frame> frames, int stream) {
        return frames.stream()
                .filter(frame -> frame.type() == Http2Frame.HEADERS && frame.stream() == stream)
                .map(Http2Frame::payload)
                .findFirst()
                .orElse("none");
    }

    /** Of a string in HPACK, when it is 127 or more (RFC 7541, 5.1). */
    private static String length(int bytes) {
        var rest = bytes - 127;
        return "\u007f" + (char) (rest % 128 | 128) + (char) (rest / 128);
    }
}
