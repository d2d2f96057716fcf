package dev.closeout.worker.request;

import dev.closeout.failure.Failure;
import dev.closeout.message.request.Reached;
import dev.closeout.message.request.SendToGroup;
import dev.closeout.worker.bus.Owners;
import io.vertx.core.Future;
import java.time.Duration;

/** A message on its way to a group, page by page: the next one is not looked for until the owners have answered. */
final class GroupSend {
    /** Clients in a page. */
    private static final int PAGE = 1_000;
    /** Characters that a page puts into the sockets of one owner, about: it has other things to do. */
    private static final int CHARACTERS = 1 << 22;
    /** Less than whoever asked waits for the answer. */
    private static final long PATIENCE_NANOS = Duration.ofSeconds(25).toNanos();

    private final Groups groups;
    private final Owners owners;
    private final SendToGroup wanted;
    private final int page;
    private final long begunAt = System.nanoTime();
    private Reached reached = new Reached(0);

    GroupSend(Groups groups, Owners owners, SendToGroup wanted) {
        this.groups = groups;
        this.owners = owners;
        this.wanted = wanted;
        this.page = Math.min(
                PAGE, Math.max(1, CHARACTERS / (1 + wanted.message().body().length())));
    }

    /** Completes when all have been sent it; fails when that takes too long, and the rest is not sent it. */
    Future<Reached> run() {
        return after("");
    }

    private Future<Reached> after(String client) {
        if (System.nanoTime() - begunAt > PATIENCE_NANOS) {
            return Future.failedFuture(Failure.OVERLOADED.because(
                    "too slow for so large a group: %d connections took it".formatted(reached.connections())));
        }
        return groups.lanes(wanted.group(), client, page).compose(found -> {
            var last = found.last();
            return last == null
                    ? Future.succeededFuture(reached)
                    : owners.deliver(found.lanes(), wanted.message()).compose(here -> {
                        reached = reached.plus(here);
                        return after(last);
                    });
        });
    }
}
