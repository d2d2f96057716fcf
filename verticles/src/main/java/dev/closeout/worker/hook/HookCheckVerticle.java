package dev.closeout.worker.hook;

import dev.closeout.config.HooksSection;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import java.util.List;
import java.util.Map;

/** Incarnations just long enough to have the database and the hooks checked on a worker thread: the deployment fails with what is wrong. */
final class HookCheckVerticle extends VerticleBase {
    private final Database database;
    private final HooksSection hooks;
    private volatile Map<Event, List<Hook>> checked = Map.of();

    HookCheckVerticle(Database database, HooksSection hooks) {
        this.database = database;
        this.hooks = hooks;
    }

    @Override
    public Future<?> start() {
        return database.session(connection -> {
                    var check = new HookCheck(connection);
                    return check.checkEncoding().compose(utf8 -> check.check(hooks));
                })
                .onSuccess(known -> checked = known);
    }

    Map<Event, List<Hook>> checked() {
        return checked;
    }
}
