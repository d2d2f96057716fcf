// A client of the bridge as somebody would write it who has never seen Java: it prints what it hears and is told, one
// line each. usage: node bridge.js URL TOKEN CLIENT; it ends the client's connections when it hears that one opened.
"use strict";

const EventBus = require("@vertx/eventbus-bridge-client.js");

const [url, token, client] = process.argv.slice(2);
const events = ["closeout.client.arrived", "closeout.connection.opened", "closeout.connection.closed", "closeout.client.gone"];

function connect(shown) {
  const bus = new EventBus(url);
  // The published client sends these with every message but its pings.
  bus.defaultHeaders = { token: shown };
  return bus;
}

function listen() {
  const bus = connect(token);
  bus.onerror = (error) => console.log("error", error.body, error.failureCode);
  bus.onclose = () => console.log("closed");
  bus.onopen = () => {
    for (const event of events) {
      bus.registerHandler(event, (error, message) => {
        console.log("event", message.address, message.body.client);
        if (message.body.client === client) {
          react(bus, event);
        }
      });
    }
    console.log("listening");
  };
}

function react(bus, event) {
  if (event === "closeout.connection.opened") {
    bus.send("closeout.client.locate", { client }, (error, reply) => {
      console.log("located", reply.body.client, reply.body.total);
      bus.send("closeout.client.kick", { client, reason: "by a script" }, (error, reply) => {
        console.log("kicked", reply.body.connections);
      });
    });
  } else if (event === "closeout.client.gone") {
    misbehave(bus);
  }
}

// What is refused: each time the callback, or the error handler, is told.
function misbehave(bus) {
  bus.send("closeout.client.locate", { client: "a\u0000b" }, (error) => {
    console.log("refused body", error.failureCode);
    bus.send("closeout.batch.apply", {}, (error) => {
      console.log("refused address", error.failureCode);
      bus.onerror = (error) => {
        console.log("refused publish", error.body);
        wrongToken();
      };
      bus.publish("closeout.client.gone", { client, generation: 1, since: 1 });
    });
  });
}

function wrongToken() {
  const bus = connect("not-the-token-of-this-bridge");
  bus.onclose = () => {
    console.log("closed after a wrong token");
    process.exit(0);
  };
  bus.onopen = () => bus.send("closeout.client.locate", { client }, (error) => console.log("refused token", error.failureCode));
}

listen();
