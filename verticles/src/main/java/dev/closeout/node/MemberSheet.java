package dev.closeout.node;

import dev.closeout.config.NodeConfig;
import dev.closeout.config.Role;
import dev.closeout.worker.Workers;
import dev.closeout.worker.postgres.DatabaseIdentity;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What one member shows the others of itself. Fields are added, never renamed: nodes of two releases read it.
 *
 * @param node its name
 * @param database the identity of its database; null: it has no workers
 * @param address where that is, without the password
 * @param connections to it that the node may have at once
 * @param settings digests of what has to be the same on all nodes with workers, by key
 */
record MemberSheet(
        String node,
        @Nullable String database,
        @Nullable String address,
        int connections,
        Map<String, String> settings) {
    private static final int DIGEST_BYTES = 8;

    /** @param database null for a node without workers */
    static MemberSheet of(NodeConfig config, @Nullable DatabaseIdentity database) {
        return database == null
                ? new MemberSheet(config.node().name(), null, null, 0, Map.of())
                : new MemberSheet(
                        config.node().name(),
                        database.id(),
                        database.address(),
                        config.has(Role.WORKERS) ? Workers.connections(config) : 0,
                        settings(config));
    }

    static MemberSheet fromJson(String text) {
        var json = new JsonObject(text);
        var settings = new LinkedHashMap<String, String>();
        json.getJsonObject("settings", new JsonObject())
                .forEach(one -> settings.put(one.getKey(), "" + one.getValue()));
        return new MemberSheet(
                json.getString("node", ""),
                json.getString("database"),
                json.getString("address"),
                json.getInteger("connections", 0),
                settings);
    }

    String toJson() {
        return new JsonObject()
                .put("node", node)
                .put("database", database)
                .put("address", address)
                .put("connections", connections)
                .put("settings", new JsonObject(new LinkedHashMap<>(settings)))
                .encode();
    }

    /** Whether both have a database, and it is not the same. */
    boolean isElsewhere(MemberSheet other) {
        return database != null && other.database != null && !database.equals(other.database);
    }

    private static Map<String, String> settings(NodeConfig config) {
        var settings = new LinkedHashMap<String, String>();
        settings.put("hooks.opened", digest(config.hooks().opened()));
        settings.put("hooks.closed", digest(config.hooks().closed()));
        settings.put("hooks.gone", digest(config.hooks().gone()));
        settings.put(
                "owed.client-gone",
                digest(config.owed().clientGone().stream().sorted().toList()));
        settings.put(
                "owed.connection-closed",
                digest(config.owed().connectionClosed().stream().sorted().toList()));
        settings.put("webhook.url", digest(config.webhook().url()));
        settings.put(
                "webhook.events",
                digest(config.webhook().events().stream().sorted().toList()));
        settings.put("clients.connections", digest(config.clients().connections()));
        settings.put("clients.over-limit", digest(config.clients().overLimit()));
        settings.put("clients.linger", digest(config.clients().linger()));
        return settings;
    }

    /** Not the value itself: hooks are long, and what is in an address is nobody's business. */
    private static String digest(@Nullable Object value) {
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest(Objects.toString(value).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(Arrays.copyOf(hash, DIGEST_BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
