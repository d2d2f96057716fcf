package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.Deploy;
import dev.closeout.failure.Backoff;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's own verticles: deployed when the node is ready, taken down before anything else. */
final class OwnVerticles {
    private static final Logger log = LoggerFactory.getLogger(OwnVerticles.class);

    private final Vertx vertx;
    private final Deploy config;
    private final List<String> deployed = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopping;

    OwnVerticles(Vertx vertx, Deploy config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** Fails with a {@link ConfigurationException} when one does not start and the node is to stop then. */
    Future<Void> deploy() {
        Future<Void> all = Future.succeededFuture();
        for (var verticle : config.parsed()) {
            all = all.compose(done -> deploy(verticle, new Backoff()));
        }
        return all;
    }

    /** The last one first. */
    Future<Void> undeploy() {
        stopping = true;
        Future<Void> all = Future.succeededFuture();
        for (var i = deployed.size() - 1; i >= 0; i--) {
            var id = deployed.get(i);
            all = all.transform(done -> vertx.undeploy(id));
        }
        return all;
    }

    private Future<Void> deploy(Deploy.OwnVerticle verticle, Backoff backoff) {
        var options = new DeploymentOptions()
                .setInstances(verticle.instances())
                .setThreadingModel(verticle.worker() ? ThreadingModel.WORKER : ThreadingModel.EVENT_LOOP);
        return vertx.deployVerticle("java:" + verticle.className(), options)
                .onSuccess(id -> {
                    deployed.add(id);
                    log.info("Deployed {}, {} instances", verticle.className(), verticle.instances());
                })
                .<Void>mapEmpty()
                .recover(failure -> failed(verticle, backoff, failure));
    }

    private Future<Void> failed(Deploy.OwnVerticle verticle, Backoff backoff, Throwable failure) {
        var text = "deploy.verticles: %s does not start: %s".formatted(verticle.className(), failure);
        if (config.onFailure() == Deploy.OnFailure.STOP) {
            return Future.failedFuture(new ConfigurationException(text));
        }
        if (!backoff.isFailing()) {
            log.error("{}. It is tried again with growing waits (deploy.on-failure).", text);
        }
        if (!stopping) {
            vertx.setTimer(backoff.next().toMillis(), timer -> deploy(verticle, backoff));
        }
        return Future.succeededFuture();
    }
}
