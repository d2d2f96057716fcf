// A client of a stream of events as somebody would write it who has never seen Java: it prints what it hears, one line each.
// usage: node eventsource.js URL TOKEN
"use strict";

const { EventSource } = require("eventsource");

const [url, token] = process.argv.slice(2);
const stream = new EventSource(url, {
  fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: `Bearer ${token}` } }),
});

stream.addEventListener("welcome", (event) => console.log("welcome", JSON.parse(event.data).connection));
stream.addEventListener("message", (event) => console.log("message", JSON.stringify(event.data)));
stream.addEventListener("binary", (event) => console.log("binary", Buffer.from(event.data, "base64").toString("hex")));
stream.addEventListener("close", (event) => {
  const { code, text } = JSON.parse(event.data);
  console.log("close", code, text);
  if (code === "not-allowed") {
    stream.close();
  }
});
// Connections that break are mended by the library; a status is final.
stream.addEventListener("error", (error) => error.code && console.log("refused", error.code));
