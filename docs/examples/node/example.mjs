// Node's own http, on a Unix socket.
//
//   node example.mjs SOCKET submit RECIPIENT
//   node example.mjs SOCKET work CHANNEL COUNT
//   node example.mjs SOCKET watch EVENT COUNT
import http from "node:http";
import readline from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";

const [socketPath, command, first, second] = process.argv.slice(2);

/** The answer, its body not read yet. */
function request(method, path, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const sent = http.request({ socketPath, method, path, headers: { Host: "tact", ...headers } }, resolve);
    sent.on("error", reject);
    sent.end(body);
  });
}

/** The answer's JSON; throws the problem (RFC 9457) if the daemon says no. */
async function call(method, path, body) {
  const answer = await request(method, path, { "Content-Type": "application/json" }, JSON.stringify(body));
  let text = "";
  for await (const piece of answer.setEncoding("utf8")) text += piece;
  const json = JSON.parse(text);
  if (answer.statusCode >= 400) throw json;
  return json;
}

// An app: submits a message and reads its plan. With a key, it may be sent again by whoever did not see the answer.
async function submit(recipient) {
  try {
    const stored = await call("POST", "/v1/messages", {
      recipient, topic: "news", content: { title: "Half price" }, idempotency_key: `campaign-7/${recipient}`,
    });
    console.log(stored.id, stored.state, stored.plan?.at ?? "no plan");
    for (const finding of stored.findings) console.log(finding.text);
  } catch (problem) {
    for (const { pointer, detail } of problem.errors ?? []) console.log(pointer, detail);
    console.error(problem.title ?? problem.message);
    process.exitCode = 1;
  }
}

// A worker: leases, delivers, reports. This one ends after some messages; others go on for ever.
async function work(channel, count) {
  while (count > 0) {
    try {
      const { messages } = await call("POST", "/v1/leases", {
        channels: [channel], max: 10, lease: "60s", wait: "30s",
      });
      if (messages.length === 0) continue;
      for (const message of messages) console.log(`to ${message.recipient}: ${message.content.title}`);
      await call("POST", "/v1/leases/outcomes", {
        outcomes: messages.map(({ id, lease }) => ({ id, lease, outcome: "delivered" })),
      });
      count -= messages.length;
    } catch (error) {
      if (!error.code) throw error; // A problem: asking again would not help.
      await sleep(1000); // The daemon restarts. What was not reported comes again.
    }
  }
}

// An observer: every change, from where it left off, over restarts of the daemon too.
async function watch(last, count) {
  while (true) {
    try {
      const answer = await request("GET", "/v1/watch", { "Last-Event-ID": last });
      let event, kind;
      for await (const line of readline.createInterface({ input: answer })) {
        if (line.startsWith("id: ")) event = line.slice(4);
        if (line.startsWith("event: ")) kind = line.slice(7);
        if (line.startsWith("data: ") && kind === "gap") {
          console.error("some changes are not known any more");
        } else if (line.startsWith("data: ")) {
          const change = JSON.parse(line.slice(6));
          console.log(event, change.id, change.state);
          if (--count === 0) process.exit(0);
        }
        if (line === "") last = event ?? last; // Only now the event is complete.
      }
    } catch (error) {
      if (!error.code) throw error;
    }
    await sleep(1000);
  }
}

switch (command) {
  case "submit": await submit(first); break;
  case "work": await work(first, Number(second)); break;
  case "watch": await watch(first, Number(second)); break;
  default: console.error("submit RECIPIENT, work CHANNEL COUNT or watch EVENT COUNT?"); process.exitCode = 64;
}
