package dev.closeout.node;

import dev.closeout.config.ConfigurationException;
import dev.closeout.config.DeploySection;
import dev.closeout.failure.Backoff;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.ThreadingModel;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's own verticles: deployed when the node is ready, taken down before anything else. */
final class OwnVerticles {
    private static final Logger log = LoggerFactory.getLogger(OwnVerticles.class);

    private final Vertx vertx;
    private final DeploySection config;
    private final List<String> deployed = Collections.synchronizedList(new ArrayList<>());
    private volatile boolean stopping;

    OwnVerticles(Vertx vertx, DeploySection config) {
        this.vertx = vertx;
        this.config = config;
    }

    /** Fails with a {@link ConfigurationException} when one does not start and the node is to stop then. */
    Future<Void> deploy() {
        Future<Void> all = Future.succeededFuture();
        for (var verticle : config.parsed()) {
            all = all.compose(done -> stopping
                    ? Future.failedFuture("the node stops while its verticles start")
                    : deploy(verticle, new Backoff()));
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

    private Future<Void> deploy(DeploySection.OwnVerticle verticle, Backoff backoff) {
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

    private Future<Void> failed(DeploySection.OwnVerticle verticle, Backoff backoff, Throwable failure) {
        var cure = cure(verticle, failure);
        var text = "deploy.verticles: %s does not start: %s"
                .formatted(verticle.className(), cure == null ? failure : cure);
        // Where in the operator's own code it went wrong.
        var trace = cure == null ? failure : null;
        if (config.onFailure() == DeploySection.OnFailure.STOP) {
            if (trace != null) {
                log.error("The verticle {} does not start", verticle.className(), trace);
            }
            return Future.failedFuture(new ConfigurationException(text));
        }
        if (!backoff.isFailing()) {
            log.error("{}. It is tried again with growing waits (deploy.on-failure).", text, trace);
        }
        vertx.setTimer(backoff.next().toMillis(), timer -> {
            if (!stopping) {
                deploy(verticle, backoff);
            }
        });
        return Future.succeededFuture();
    }

    /** What the operator can do about it; null when only the verticle's own code can tell. */
    private static @Nullable String cure(DeploySection.OwnVerticle verticle, Throwable failure) {
        if (isNotThere(verticle, failure)) {
            return "there is no such class on the class path. Write it with its package, and name its jar:"
                    + " java -cp closeout.jar:yours.jar dev.closeout.Closeout node ...";
        }
        if (failure instanceof NoSuchMethodException) {
            return "it must have a public constructor without parameters";
        }
        if (failure instanceof ClassCastException) {
            return "it is no verticle (%s)".formatted(failure.getMessage());
        }
        return null;
    }

    private static boolean isNotThere(DeploySection.OwnVerticle verticle, Throwable failure) {
        return failure instanceof ClassNotFoundException && verticle.className().equals(failure.getMessage());
    }
}
