package dev.closeout.worker.hook;

import dev.closeout.config.NodeConfig;
import dev.closeout.worker.postgres.Database;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.List;

/** The hooks of a node, the door of this room: what runs them, who is owed, and what follows their commit. */
public final class Hooks {
    private final Statements statements;
    private final OwedHandlerNames owedHandlers;
    private final EventSubscribers subscribers;
    private final AfterCommit afterCommit;

    private Hooks(Vertx vertx, Statements statements, OwedHandlerNames owedHandlers) {
        this.statements = statements;
        this.owedHandlers = owedHandlers;
        this.subscribers = new EventSubscribers(vertx);
        this.afterCommit = new AfterCommit(vertx, subscribers);
    }

    /**
     * Has each hook prepared by the database.
     *
     * @return fails with a {@link dev.closeout.config.ConfigurationException} when one cannot be
     */
    public static Future<Hooks> check(Vertx vertx, Database database, NodeConfig config) {
        var check = new HookCheckVerticle(database, config.hooks());
        var owedHandlers = OwedHandlerNames.of(config);
        // On a worker of its own: the database is not called on event loops.
        return vertx.deployVerticle(check, new DeploymentOptions().setThreadingModel(ThreadingModel.WORKER))
                .compose(vertx::undeploy)
                .map(done -> new Hooks(vertx, new Statements(check.checked(), owedHandlers), owedHandlers));
    }

    public Statements statements() {
        return statements;
    }

    public OwedHandlerNames owedHandlers() {
        return owedHandlers;
    }

    public AfterCommit afterCommit() {
        return afterCommit;
    }

    /** What keeps them informed of who listens. */
    public List<VerticleBase> verticles() {
        return List.of(new EventSubscribersVerticle(subscribers));
    }
}
