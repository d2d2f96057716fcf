package dev.closeout.message;

import io.vertx.core.json.JsonObject;

/** What goes over the event bus: a record. */
public interface Message {
    /** Its wire form: a field for each component, by its name. */
    default JsonObject toJson() {
        return JsonObject.mapFrom(this);
    }
}
