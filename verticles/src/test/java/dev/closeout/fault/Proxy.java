package dev.closeout.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What lies between one node and PostgreSQL, and may fail: a TCP proxy, always at the same port. */
public final class Proxy implements AutoCloseable {
    /** Which way bytes go. */
    enum Way {
        TO_SERVER,
        TO_CLIENT
    }

    private final InetAddress host;
    private final int upstream;
    private final int port;
    private final List<Link> links = new CopyOnWriteArrayList<>();
    private final Set<Way> held = EnumSet.noneOf(Way.class);
    private Duration delay = Duration.ZERO;
    private @Nullable ServerSocket listening;
    private boolean closed;

    /**
     * Listens.
     *
     * @param host the address that nodes reach it at
     * @param upstream the port on loopback that it leads to
     */
    public Proxy(InetAddress host, int upstream) {
        this.host = host;
        this.upstream = upstream;
        this.port = listen(0);
    }

    public int port() {
        return port;
    }

    /** Keeps back what goes these ways until it {@link #flow}s again; connecting still succeeds. */
    synchronized void hold(Way... ways) {
        held.addAll(List.of(ways));
    }

    /** Keeps back each read for so long. */
    public synchronized void delay(Duration by) {
        delay = by;
    }

    /** Ends all connections with FIN. */
    void cut() {
        links.forEach(Link::close);
    }

    /** Ends all connections with RST. */
    void reset() {
        links.forEach(Link::reset);
    }

    /** Ends all connections towards the server only; the node is not told, and hears nothing on them any more. */
    void halfOpen() {
        links.forEach(Link::halfOpen);
    }

    /** Connecting is refused from now on, and what is connected ends. */
    synchronized void refuse() {
        var current = listening;
        listening = null;
        closeQuietly(current);
        reset();
    }

    /** As if nothing had been. What is half open ends. */
    synchronized void flow() {
        held.clear();
        delay = Duration.ZERO;
        links.stream().filter(link -> link.isHalfOpen).forEach(Link::reset);
        if (listening == null && !closed) {
            listen(port);
        }
        notifyAll();
    }

    @Override
    public synchronized void close() {
        closed = true;
        refuse();
        notifyAll();
    }

    private synchronized int listen(int at) {
        try {
            var socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(host, at));
            listening = socket;
            daemon("proxy-accept", () -> accept(socket));
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                var client = socket.accept();
                daemon("proxy-connect", () -> connect(client));
            } catch (IOException refusing) {
                return;
            }
        }
    }

    private void connect(Socket client) {
        try {
            // A server that is mute must look mute from here too: its kernel takes the connection.
            var server = new Socket(InetAddress.getLoopbackAddress(), upstream);
            server.setTcpNoDelay(true);
            client.setTcpNoDelay(true);
            var link = new Link(client, server);
            links.add(link);
            daemon("proxy-to-server", () -> link.pump(Way.TO_SERVER));
            daemon("proxy-to-client", () -> link.pump(Way.TO_CLIENT));
        } catch (IOException noServer) {
            resetQuietly(client);
        }
    }

    /** Waits until bytes may go this way. */
    private void pass(Way way) throws InterruptedException {
        Duration by;
        synchronized (this) {
            while (held.contains(way) && !closed) {
                wait();
            }
            by = delay;
        }
        LockSupport.parkNanos(by.toNanos());
    }

    private final class Link {
        private final Socket client;
        private final Socket server;
        private volatile boolean isHalfOpen;

        private Link(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        private void pump(Way way) {
            var from = way == Way.TO_SERVER ? client : server;
            var to = way == Way.TO_SERVER ? server : client;
            var bytes = new byte[16 * 1024];
            try {
                for (var read = from.getInputStream().read(bytes);
                        read >= 0;
                        read = from.getInputStream().read(bytes)) {
                    pass(way);
                    if (!isHalfOpen) {
                        to.getOutputStream().write(bytes, 0, read);
                    }
                }
                pass(way);
                end();
            } catch (IOException | InterruptedException broken) {
                end();
            }
        }

        /** One end is gone, so the other goes, unless the node is not to notice. */
        private void end() {
            if (!isHalfOpen || client.isClosed()) {
                close();
            }
        }

        private void close() {
            links.remove(this);
            closeQuietly(client);
            closeQuietly(server);
        }

        private void reset() {
            links.remove(this);
            resetQuietly(client);
            resetQuietly(server);
        }

        private void halfOpen() {
            isHalfOpen = true;
            resetQuietly(server);
        }
    }

    private static void daemon(String name, Runnable work) {
        var thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void resetQuietly(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException gone) {
            // It is closed already.
        }
        closeQuietly(socket);
    }

    private static void closeQuietly(@Nullable AutoCloseable closing) {
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (Exception gone) {
            // There is nothing more to close.
        }
    }
}
